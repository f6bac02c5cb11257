// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.inference.prepare.Preparation;
import io.forebay.internal.Fields;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A preparation compiled for the columns of a data set. Immutable.
 *
 * @param features in the declared order
 * @param schema what inputs may be bound to: the columns whose names no feature takes, then the features
 */
public record PreparationPlan(List<FeaturePlan> features, Schema schema) {
    /**
     * Compiles a preparation.
     *
     * @throws io.forebay.ForebayException for a column that is missing, or that steps do not fit
     */
    public static PreparationPlan of(Preparation preparation, Schema columns) {
        List<FeaturePlan> features = preparation.features().stream()
                .map(feature -> FeaturePlan.of(
                        feature, Fields.require(columns.getFields(), feature.column(), feature.column(), "data set")))
                .toList();
        List<Field> fields = new ArrayList<>(columns.getFields());
        for (FeaturePlan feature : features) {
            fields.removeIf(field -> field.getName().equals(feature.field().getName()));
            fields.add(feature.field());
        }
        return new PreparationPlan(features, new Schema(fields));
    }

    /** In the declared order. */
    public List<String> featureNames() {
        return features.stream().map(feature -> feature.field().getName()).toList();
    }

    /** The columns of the data set that stand behind these features and columns. */
    public List<String> columnsBehind(List<String> names) {
        return names.stream()
                .map(name -> features.stream()
                        .filter(feature -> feature.field().getName().equals(name))
                        .map(FeaturePlan::column)
                        .findFirst()
                        .orElse(name))
                .distinct()
                .toList();
    }

    /** The same with only the features among {@code names}. */
    public PreparationPlan only(List<String> names) {
        return new PreparationPlan(
                features.stream()
                        .filter(feature -> names.contains(feature.field().getName()))
                        .toList(),
                schema);
    }
}
