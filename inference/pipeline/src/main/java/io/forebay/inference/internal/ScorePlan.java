// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.MissingColumnException;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Nulls;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a scoring run reads, feeds and writes, decided before the first row. Immutable.
 *
 * @param inputs how each input is fed
 * @param outputs the columns that the model adds
 * @param kept names of the input columns that are passed on
 * @param outputSchema the kept columns, then the outputs
 */
record ScorePlan(List<InputPlan> inputs, List<OutputColumn> outputs, List<String> kept, Schema outputSchema) {
    /** @param kept names to pass on, or null for all columns */
    static ScorePlan of(
            EngineSession session, Schema schema, Map<String, List<String>> bindings, Nulls nulls, Kept kept) {
        bindings.values().forEach(columns -> columns.forEach(column -> requireColumn(schema, column)));
        List<InputPlan> inputs = InputPlan.bind(session.inputs(), schema, bindings, nulls);
        List<OutputColumn> outputs =
                session.outputs().stream().map(OutputColumn::of).toList();
        List<String> names = kept.names(schema);
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            requireColumn(schema, name);
            fields.add(schema.findField(name));
        }
        for (OutputColumn output : outputs) {
            if (names.contains(output.field().getName())) {
                throw ForebayException.usage("an output must not have the name of a kept column: output="
                        + output.field().getName());
            }
            fields.add(output.field());
        }
        return new ScorePlan(inputs, outputs, names, new Schema(fields));
    }

    /** Which input columns are passed on. */
    record Kept(boolean all, List<String> chosen) {
        List<String> names(Schema schema) {
            return all ? schema.getFields().stream().map(Field::getName).toList() : chosen;
        }
    }

    private static void requireColumn(Schema schema, String name) {
        List<String> names = schema.getFields().stream().map(Field::getName).toList();
        if (!names.contains(name)) {
            throw new MissingColumnException(name, names, "data set");
        }
    }

    /** The data set with the columns that the run needs, and no others. */
    Dataset project(Dataset dataset) {
        Set<String> wanted = new LinkedHashSet<>(kept);
        wanted.addAll(InputPlan.columnsOf(inputs, dataset.schema()));
        return dataset.select(wanted.stream().map(ColumnPath::ofName).toList());
    }
}
