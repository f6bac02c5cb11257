// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.TypeNames;
import io.forebay.inference.Nulls;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Which columns feed one input of a model, decided before anything is read. Immutable.
 *
 * @param columns names of the columns and features, several for a matrix
 * @param mask whether the input gets the column's validity instead of its values
 */
record InputPlan(TensorSpec spec, List<String> columns, boolean mask) {
    private static final Set<Element> MASK_ELEMENTS =
            Set.of(Element.FLOAT32, Element.INT64, Element.INT32, Element.BOOL, Element.UINT8, Element.INT8);

    /**
     * Binds every input: as {@code chosen} says, else to the column of its name, else, if one input of numbers is left, to
     * all of {@code matrix} that no other input takes.
     *
     * @param matrix names of columns
     * @throws ForebayException of kind {@code unsupported} for an input without a column or a column that does not fit
     */
    static List<InputPlan> bind(
            List<TensorSpec> inputs,
            Schema schema,
            List<String> matrix,
            Map<String, List<String>> chosen,
            Nulls nulls) {
        List<InputPlan> plans = new ArrayList<>();
        List<TensorSpec> unnamed = new ArrayList<>();
        for (TensorSpec spec : inputs) {
            requireUsable(spec);
            String name = spec.name();
            if (chosen.containsKey(name)) {
                plans.add(new InputPlan(spec, chosen.get(name), false));
            } else if (has(schema, name)) {
                plans.add(new InputPlan(spec, List.of(name), false));
            } else if (isMask(name, schema, nulls)) {
                String column = name.substring(0, name.length() - Nulls.MASK_SUFFIX.length());
                plans.add(new InputPlan(spec, List.of(column), true));
            } else {
                unnamed.add(spec);
            }
        }
        chosen.keySet().forEach(name -> requireInput(name, inputs));
        if (!unnamed.isEmpty()) {
            plans.add(matrix(unnamed, plans, matrix, schema));
        }
        plans.forEach(plan -> {
            plan.requireFits(schema);
            plan.requireFits(nulls, schema);
        });
        return inOrder(plans, inputs);
    }

    private static void requireUsable(TensorSpec spec) {
        if (!spec.hasFreeRows()) {
            throw ForebayException.unsupported(
                    "the first dimension of a model's input must be free, as rows: input=" + spec);
        }
        long free = spec.shape().stream().filter(size -> size < 0).count() - 1;
        if (free > 1) {
            throw ForebayException.unsupported(
                    "a model's input may leave one dimension free beside the rows: input=" + spec);
        }
    }

    private static void requireInput(String name, List<TensorSpec> inputs) {
        if (inputs.stream().noneMatch(spec -> spec.name().equals(name))) {
            throw ForebayException.usage(
                    "a bound input must be one of the model's: input=" + name + ", inputs=" + inputs);
        }
    }

    private static boolean isMask(String input, Schema schema, Nulls nulls) {
        return nulls.policy() == Nulls.Policy.MASK
                && input.endsWith(Nulls.MASK_SUFFIX)
                && has(schema, input.substring(0, input.length() - Nulls.MASK_SUFFIX.length()));
    }

    private static InputPlan matrix(
            List<TensorSpec> unnamed, List<InputPlan> named, List<String> candidates, Schema schema) {
        TensorSpec spec = unnamed.get(0);
        Set<String> taken = new HashSet<>();
        named.forEach(plan -> taken.addAll(plan.columns));
        List<String> numbers =
                candidates.stream().filter(name -> !taken.contains(name)).toList();
        InputPlan plan = new InputPlan(spec, numbers, false);
        long wanted = spec.elementsPerRow();
        boolean fits = unnamed.size() == 1
                && spec.shape().size() == 2
                && spec.element() != Element.STRING
                && (wanted < 0 ? !numbers.isEmpty() : wanted == plan.elementsPerRow(schema));
        if (!fits) {
            throw ForebayException.unsupported("every input of a model needs a column of its name: input=" + spec
                            + ", columns=" + names(schema) + ", freeColumns=" + numbers.size()
                            + ", freeValuesPerRow=" + plan.elementsPerRow(schema))
                    .at(Place.of("input " + spec.name()));
        }
        return plan;
    }

    private void requireFits(Schema schema) {
        for (String column : columns) {
            Field field = schema.findField(column);
            if (mask ? !MASK_ELEMENTS.contains(spec.element()) : !elementFits(field)) {
                throw ForebayException.unsupported("a column's type must fit the model's input: input=" + spec
                                + ", type=" + TypeNames.of(field))
                        .at(Place.NOWHERE.withColumn(column));
            }
        }
        long wanted = spec.elementsPerRow();
        long offered = elementsPerRow(schema);
        boolean fits = wanted < 0 ? fillsFreeDimension(offered) : wanted == offered;
        if (!fits) {
            throw ForebayException.unsupported("columns must have as many values a row as the model's input: input="
                    + spec + ", columns=" + columns + ", valuesPerRow=" + offered);
        }
    }

    private boolean fillsFreeDimension(long valuesPerRow) {
        long known = spec.elementsPerRow(1);
        return known > 0 && valuesPerRow % known == 0;
    }

    private void requireFits(Nulls nulls, Schema schema) {
        boolean filled = nulls.policy() != Nulls.Policy.FAIL && !mask && spec.element() != Element.STRING;
        if (filled
                && !Casts.holds(spec.element(), nulls.fill())
                && columns.stream().anyMatch(name -> isNullable(schema, name))) {
            throw ForebayException.usage("what stands in for nulls must be a value of the input's type: input=" + spec
                    + ", fill=" + nulls.fill());
        }
    }

    private static boolean isNullable(Schema schema, String column) {
        Field field = schema.findField(column);
        return field.isNullable() || field.getChildren().stream().anyMatch(Field::isNullable);
    }

    private boolean elementFits(Field field) {
        boolean list = field.getType() instanceof ArrowType.FixedSizeList;
        return Casts.allows(list ? field.getChildren().get(0) : field, spec.element());
    }

    /** Values that the columns offer for a row. */
    long elementsPerRow(Schema schema) {
        return mask
                ? columns.size()
                : columns.stream()
                        .mapToLong(name -> width(schema.findField(name)))
                        .sum();
    }

    private static int width(Field field) {
        return field.getType() instanceof ArrowType.FixedSizeList list ? list.getListSize() : 1;
    }

    /** The columns and features of all plans, each once. */
    static List<String> columnsOf(List<InputPlan> plans) {
        return plans.stream().flatMap(plan -> plan.columns.stream()).distinct().toList();
    }

    private static List<InputPlan> inOrder(List<InputPlan> plans, List<TensorSpec> inputs) {
        return inputs.stream()
                .map(spec -> plans.stream()
                        .filter(plan -> plan.spec.equals(spec))
                        .findFirst()
                        .orElseThrow())
                .toList();
    }

    private static boolean has(Schema schema, String name) {
        return names(schema).contains(name);
    }

    private static List<String> names(Schema schema) {
        return schema.getFields().stream().map(Field::getName).toList();
    }
}
