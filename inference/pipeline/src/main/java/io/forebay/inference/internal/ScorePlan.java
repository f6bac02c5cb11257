// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Nulls;
import io.forebay.internal.Fields;
import io.forebay.internal.plan.Digest;
import java.util.ArrayList;
import java.util.HashSet;
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
 * @param outputSchema the kept columns, then the outputs; its metadata tells scorings apart
 */
record ScorePlan(List<InputPlan> inputs, List<OutputColumn> outputs, List<String> kept, Schema outputSchema) {
    /** What the metadata calls the digest of all that makes outputs of rows. */
    private static final String MODEL_KEY = "forebay.model";

    /**
     * Plans a run over columns of {@code schema}.
     *
     * @param bindings the columns of inputs that are not fed by the column of their name
     */
    static ScorePlan of(
            EngineSession session,
            Schema schema,
            Map<String, List<String>> bindings,
            Nulls nulls,
            ScoreSettings.Kept kept) {
        bindings.values().forEach(columns -> columns.forEach(column -> require(schema, column)));
        List<InputPlan> inputs = InputPlan.bind(session.inputs(), schema, bindings, nulls);
        List<OutputColumn> outputs = session.outputs().stream()
                .map(spec -> OutputColumn.of(spec, session.labels().getOrDefault(spec.name(), List.of())))
                .toList();
        List<String> names = kept.names(schema);
        List<Field> fields = new ArrayList<>();
        for (String name : names) {
            Field field = require(schema, name);
            if (fields.contains(field)) {
                throw ForebayException.usage("a column can be kept once: column=" + name);
            }
            fields.add(field);
        }
        Set<String> taken = new HashSet<>(names);
        for (OutputColumn output : outputs) {
            for (Field field : output.fields()) {
                if (!taken.add(field.getName())) {
                    throw ForebayException.usage(
                            "an output must not have the name of a kept column, or of another output:" + " output="
                                    + field.getName());
                }
                fields.add(field);
            }
        }
        return new ScorePlan(
                inputs, outputs, names, new Schema(fields, Map.of(MODEL_KEY, identity(session, inputs, nulls))));
    }

    /** A digest of all that the outputs depend on, beside the rows. */
    private static String identity(EngineSession session, List<InputPlan> inputs, Nulls nulls) {
        Digest digest = new Digest().add(session.modelIdentity()).add(nulls.toString());
        inputs.forEach(input -> digest.add(input.toString()));
        return digest.finish();
    }

    private static Field require(Schema schema, String name) {
        return Fields.require(schema.getFields(), name, name, "data set");
    }

    /** The data set with the columns that the run needs, and no others. */
    Dataset project(Dataset dataset) {
        Set<String> wanted = new LinkedHashSet<>(kept);
        wanted.addAll(InputPlan.columnsOf(inputs, dataset.schema()));
        return dataset.select(wanted.stream().map(ColumnPath::ofName).toList());
    }
}
