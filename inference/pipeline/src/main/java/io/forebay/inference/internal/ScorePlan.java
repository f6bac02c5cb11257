// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.Nans;
import io.forebay.inference.internal.prepare.PreparationPlan;
import io.forebay.inference.prepare.Preparation;
import io.forebay.internal.Fields;
import io.forebay.internal.plan.Digest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * What a scoring run reads, feeds and writes, decided before the first row. Immutable.
 *
 * @param preparation the features that inputs are fed from
 * @param inputs how each input is fed
 * @param outputs the columns that the model adds
 * @param kept names of the input columns that are passed on
 * @param outputSchema the kept columns, then the outputs; its metadata tells scorings apart
 */
record ScorePlan(
        PreparationPlan preparation,
        List<InputPlan> inputs,
        List<OutputColumn> outputs,
        List<String> kept,
        Schema outputSchema) {
    /** What the metadata calls the digest of all that makes outputs of rows. */
    private static final String MODEL_KEY = "forebay.model";

    /** Plans a run over columns of {@code schema}. */
    static ScorePlan of(EngineSession session, Schema schema, ModelOptions options, ScoreSettings.Kept kept) {
        Preparation declared = Objects.requireNonNullElseGet(options.preparation(), Preparation::none);
        PreparationPlan prepared = PreparationPlan.of(declared, schema);
        Map<String, List<String>> bindings = bindings(options);
        bindings.values().forEach(columns -> columns.forEach(column -> require(prepared.schema(), column)));
        List<InputPlan> inputs =
                InputPlan.bind(session.inputs(), prepared.schema(), matrix(prepared), bindings, options.nulls());
        List<OutputColumn> outputs = OutputColumn.of(session, declared.outcomes());
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
                prepared.only(InputPlan.columnsOf(inputs)),
                inputs,
                outputs,
                names,
                new Schema(fields, Map.of(MODEL_KEY, identity(session, inputs, options, declared))));
    }

    /** Columns and features by the input that they feed, where its name does not say it. */
    static Map<String, List<String>> bindings(ModelOptions options) {
        Map<String, List<String>> bindings = new HashMap<>();
        if (options.preparation() != null) {
            bindings.putAll(options.preparation().inputs());
        }
        bindings.putAll(options.bindings());
        return bindings;
    }

    /** What a matrix that names no columns is made of: the features where there are some, else all columns of numbers. */
    private static List<String> matrix(PreparationPlan prepared) {
        return prepared.features().isEmpty()
                ? prepared.schema().getFields().stream()
                        .filter(field -> Casts.isNumber(field.getType()))
                        .map(Field::getName)
                        .toList()
                : prepared.featureNames();
    }

    /** A digest of all that the outputs depend on, beside the rows. */
    private static String identity(
            EngineSession session, List<InputPlan> inputs, ModelOptions options, Preparation preparation) {
        Digest digest =
                new Digest().add(session.modelIdentity()).add(options.nulls().toString());
        if (!options.nans().equals(Nans.pass())) {
            digest.add(options.nans().toString());
        }
        inputs.forEach(input -> digest.add(input.toString()));
        if (!preparation.equals(Preparation.none())) {
            digest.add(preparation.toJson());
        }
        return digest.finish();
    }

    private static Field require(Schema schema, String name) {
        return Fields.require(schema.getFields(), name, name, "data set");
    }

    /** The columns, of those that requests have, that the model is fed from. */
    Schema columns(Schema all) {
        List<String> names = preparation.columnsBehind(InputPlan.columnsOf(inputs));
        return new Schema(all.getFields().stream()
                .filter(field -> names.contains(field.getName()))
                .toList());
    }

    /** The data set with the columns that the run needs, and no others. */
    Dataset project(Dataset dataset) {
        Set<String> wanted = new LinkedHashSet<>(kept);
        columns(dataset.schema()).getFields().forEach(field -> wanted.add(field.getName()));
        return dataset.select(wanted.stream().map(ColumnPath::ofName).toList());
    }
}
