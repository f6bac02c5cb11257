// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Nans;
import io.forebay.inference.Nulls;
import io.forebay.inference.internal.TensorPlan.Source;
import io.forebay.inference.prepare.Preparation;
import java.util.ArrayList;
import java.util.List;

/**
 * Which columns of a data set training gets, and as what: arrays of shape {@code [rows, n]}, each of one or more columns side by
 * side. Numbers and booleans have one value a row, lists of a fixed size and one-hot features several. An immutable value.
 *
 * <pre>{@code
 * TrainingColumns.none().input("distance", "hour").label("late")
 * }</pre>
 */
public final class TrainingColumns {
    private static final List<Long> MATRIX = List.of(-1L, -1L);

    private final List<Part> inputs;
    private final List<Part> labels;
    private final Nulls nulls;
    private final Nans nans;
    private final Preparation preparation;

    private TrainingColumns(List<Part> inputs, List<Part> labels, Nulls nulls, Nans nans, Preparation preparation) {
        this.inputs = inputs;
        this.labels = labels;
        this.nulls = nulls;
        this.nans = nans;
        this.preparation = preparation;
    }

    /** The columns of one array, and what their values become. */
    private record Part(Element element, List<String> columns) {
        Part {
            columns = List.copyOf(columns);
            if (columns.isEmpty()) {
                throw ForebayException.usage("an array for training must have a column: element=" + element.label());
            }
            if (element == Element.STRING) {
                throw ForebayException.usage("an array for training must be of numbers: columns=" + columns);
            }
        }
    }

    /** No inputs and no labels; a null among them is refused, and values that are not a number are passed on. */
    public static TrainingColumns none() {
        return new TrainingColumns(List.of(), List.of(), Nulls.fail(), Nans.pass(), Preparation.none());
    }

    /** Adds an input of 32-bit floats: these columns and features, in this order. */
    public TrainingColumns input(String... columns) {
        return input(Element.FLOAT32, columns);
    }

    /** Adds an input, of integers for the places of an embedding, say. */
    public TrainingColumns input(Element element, String... columns) {
        Part part = new Part(element, List.of(columns));
        return new TrainingColumns(with(inputs, part), labels, nulls, nans, preparation);
    }

    /** Adds labels of 32-bit floats. */
    public TrainingColumns label(String... columns) {
        return label(Element.FLOAT32, columns);
    }

    /** Adds labels, of integers for classes, say. */
    public TrainingColumns label(Element element, String... columns) {
        Part part = new Part(element, List.of(columns));
        return new TrainingColumns(inputs, with(labels, part), nulls, nans, preparation);
    }

    /**
     * What becomes of nulls among the inputs: refused, by column and row, unless this says what stands in. A null among the labels is
     * always refused: a row without a label is no example. A preparation may fill them.
     */
    public TrainingColumns nulls(Nulls value) {
        if (value.policy() == Nulls.Policy.MASK) {
            throw ForebayException.usage("nulls of training must be refused or filled: policy=" + value.policy());
        }
        return new TrainingColumns(inputs, labels, value, nans, preparation);
    }

    /** What becomes of values that are not a number, in inputs and labels of floats. */
    public TrainingColumns nans(Nans value) {
        return new TrainingColumns(inputs, labels, nulls, value, preparation);
    }

    /** The features that inputs and labels may name beside columns: those that the trained model is scored with. */
    public TrainingColumns preparation(Preparation value) {
        return new TrainingColumns(inputs, labels, nulls, nans, value);
    }

    Preparation preparation() {
        return preparation;
    }

    Nans nans() {
        return nans;
    }

    int inputCount() {
        return inputs.size();
    }

    /** The inputs, then the labels. */
    List<Source> sources() {
        List<Source> sources = new ArrayList<>();
        for (Part input : inputs) {
            sources.add(source("input" + sources.size(), input, nulls));
        }
        for (Part label : labels) {
            sources.add(source("label" + (sources.size() - inputs.size()), label, Nulls.fail()));
        }
        return sources;
    }

    private static Source source(String name, Part part, Nulls nulls) {
        return new Source(new TensorSpec(name, part.element, MATRIX), part.columns, nulls);
    }

    private static List<Part> with(List<Part> parts, Part added) {
        List<Part> more = new ArrayList<>(parts);
        more.add(added);
        return List.copyOf(more);
    }
}
