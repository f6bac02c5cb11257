// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.prepare;

import io.forebay.ForebayException;
import java.util.HashSet;
import java.util.List;

/**
 * A result column, or several, made from an output of the model: {@code Outcome.of("scores").withSoftmax().argmax()}. An immutable
 * value; each method returns a changed copy. An output that no outcome is made from stays as it is.
 *
 * @param name of the column
 * @param output of 32-bit or 64-bit floats, of shape {@code [rows]} or {@code [rows, k]}
 * @param softmax whether the numbers of a row, more than one, become shares of 1 first
 * @param choice what is told of them
 * @param labels names of the {@code k} places, or of below and not below for a threshold; if empty, the classes that the model
 *     itself names, else places are numbers
 */
public record Outcome(String name, String output, boolean softmax, Choice choice, List<String> labels) {
    public Outcome {
        labels = List.copyOf(labels);
        if (new HashSet<>(labels).size() < labels.size()) {
            throw ForebayException.usage("labels must differ: labels=" + labels);
        }
    }

    /** What is told of the numbers of a row. NaN counts as greater than every number. */
    public sealed interface Choice {
        /** Each of them; with labels, each in a column named {@code <name>_<label>}. */
        record All() implements Choice {}

        /** The place of the greatest, the first of equals; with labels, its label. */
        record Argmax() implements Choice {}

        /** Whether each is at least {@code least}, as a number of the output's type; with two labels, the second or the first. */
        record Threshold(double least) implements Choice {}

        /**
         * The places of the greatest {@code count}, from the greatest on, or their labels; and the numbers themselves in a column
         * {@code <name>_score}.
         */
        record TopK(int count) implements Choice {
            public TopK {
                if (count < 1) {
                    throw ForebayException.usage("the greatest must be one or more: count=" + count);
                }
            }
        }
    }

    /** All numbers of an output, under its name. */
    public static Outcome of(String output) {
        return new Outcome(output, output, false, new Choice.All(), List.of());
    }

    public Outcome named(String value) {
        return new Outcome(value, output, softmax, choice, labels);
    }

    /** First makes the numbers of each row positive, with a sum of 1. */
    public Outcome withSoftmax() {
        return new Outcome(name, output, true, choice, labels);
    }

    public Outcome argmax() {
        return new Outcome(name, output, softmax, new Choice.Argmax(), labels);
    }

    public Outcome threshold(double least) {
        return new Outcome(name, output, softmax, new Choice.Threshold(least), labels);
    }

    public Outcome topK(int count) {
        return new Outcome(name, output, softmax, new Choice.TopK(count), labels);
    }

    public Outcome labels(String... values) {
        return new Outcome(name, output, softmax, choice, List.of(values));
    }
}
