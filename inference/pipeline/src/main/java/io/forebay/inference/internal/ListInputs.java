// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Dataset;
import io.forebay.TensorSpec;
import io.forebay.inference.ModelOptions;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Lists that feed an input of so many values a row: files seldom say that their lists have that size, so it is asked for. */
final class ListInputs {
    private ListInputs() {}

    /** The data set with such columns as lists of a fixed size; a list of another size fails when it is read. */
    static Dataset fixed(Dataset dataset, List<TensorSpec> inputs, ModelOptions options) {
        Map<String, List<String>> bindings = ScorePlan.bindings(options);
        Dataset fixed = dataset;
        for (TensorSpec input : inputs) {
            List<String> columns = bindings.getOrDefault(input.name(), List.of(input.name()));
            long size = input.elementsPerRow();
            if (columns.size() == 1 && size > 0 && size <= Integer.MAX_VALUE && isList(dataset, columns.get(0))) {
                fixed = fixed.layout(columns.get(0), new ArrowType.FixedSizeList((int) size));
            }
        }
        return fixed;
    }

    private static boolean isList(Dataset dataset, String column) {
        return dataset.schema().getFields().stream()
                .anyMatch(field -> field.getName().equals(column) && isListOfValues(field));
    }

    private static boolean isListOfValues(Field field) {
        boolean list = field.getType() instanceof ArrowType.List || field.getType() instanceof ArrowType.LargeList;
        return list && field.getChildren().get(0).getChildren().isEmpty();
    }
}
