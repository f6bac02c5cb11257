// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.prepare;

import io.forebay.TensorSpec.Element;
import java.util.ArrayList;
import java.util.List;

/**
 * A column for the model, made from a column of the data set: {@code Feature.of("distance").fill(0).log(1)}. An immutable value;
 * each method returns a changed copy.
 *
 * @param name by which inputs are bound to it; it may be that of a column, whose place it takes
 * @param column from which it is made, a top-level one
 * @param steps in order
 */
public record Feature(String name, String column, List<Step> steps) {
    public Feature {
        steps = List.copyOf(steps);
    }

    /** A feature of the same name as its column. */
    public static Feature of(String column) {
        return new Feature(column, column, List.of());
    }

    public Feature named(String value) {
        return new Feature(value, column, steps);
    }

    /** Adds any step. */
    public Feature step(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Feature(name, column, more);
    }

    public Feature fill(double value) {
        return step(new Step.Fill(value));
    }

    public Feature fill(String value) {
        return step(new Step.FillText(value));
    }

    public Feature standardise(double mean, double deviation) {
        return step(new Step.Standardise(mean, deviation));
    }

    public Feature minMax(double min, double max) {
        return step(new Step.MinMax(min, max));
    }

    public Feature log(double offset) {
        return step(new Step.Log(offset));
    }

    public Feature clip(double low, double high) {
        return step(new Step.Clip(low, high));
    }

    public Feature cast(Element element) {
        return step(new Step.Cast(element));
    }

    public Feature lookup(List<String> categories, long unknown) {
        return step(new Step.Lookup(categories, unknown));
    }

    public Feature oneHot(List<String> categories) {
        return step(new Step.OneHot(categories));
    }

    public Feature hashBucket(int buckets) {
        return step(new Step.HashBucket(buckets));
    }

    public Feature datePart(Step.DatePart.Part part) {
        return step(new Step.DatePart(part));
    }
}
