// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.prepare;

import io.forebay.ForebayException;
import io.forebay.TensorSpec.Element;
import java.util.HashSet;
import java.util.List;

/**
 * One thing that is done to the values of a feature. Immutable. Numbers are 64-bit floats between steps, so that whole numbers
 * beyond 2<sup>53</sup> round, unless they are looked up or hashed. A null stays one, whatever is done to it, until it is filled.
 */
public sealed interface Step {
    /** Up to here a 64-bit float holds all whole numbers. */
    long EXACT_MAX = 1L << 53;

    /** {@code value} stands in for nulls. */
    record Fill(double value) implements Step {}

    /** {@code value} stands in for nulls among strings; comes first. */
    record FillText(String value) implements Step {}

    /** How many standard deviations a number lies above the mean. */
    record Standardise(double mean, double deviation) implements Step {
        public Standardise {
            requirePositive("a standard deviation", deviation);
        }
    }

    /** Takes {@code [min, max]} to {@code [0, 1]}; what lies outside stays outside. */
    record MinMax(double min, double max) implements Step {
        public MinMax {
            requirePositive("a range", max - min);
        }
    }

    /** The natural logarithm of a number plus {@code offset}: −∞ of 0, NaN of less. */
    record Log(double offset) implements Step {}

    /** The nearest number within {@code [low, high]}; NaN stays. */
    record Clip(double low, double high) implements Step {
        public Clip {
            if (!(low <= high)) {
                throw ForebayException.usage("bounds must be in order: low=" + low + ", high=" + high);
            }
        }
    }

    /**
     * What the numbers become; comes last. A number that an integer type does not hold is an error, a fraction is cut off. Unless
     * cast, numbers become 32-bit floats; and what was looked up, hashed or taken from a date without further arithmetic, 64-bit
     * integers.
     */
    record Cast(Element element) implements Step {
        public Cast {
            if (element == Element.STRING || element == Element.BOOL || element == Element.FLOAT16) {
                throw ForebayException.usage(
                        "a feature must be cast to an integer or a float of 32 or 64 bits: element=" + element.label());
            }
        }
    }

    /**
     * The place of a string or whole number among {@code categories}, from 0.
     *
     * @param unknown what stands for all others, a number that a 64-bit float holds
     */
    record Lookup(List<String> categories, long unknown) implements Step {
        public Lookup {
            categories = different(categories);
            if (unknown > EXACT_MAX || unknown < -EXACT_MAX) {
                throw ForebayException.usage(
                        "what stands for unknown categories must be from -2^53 to 2^53: unknown=" + unknown);
            }
        }
    }

    /** As many 32-bit floats as there are categories: 1 for that of the string or whole number, else 0; comes last. */
    record OneHot(List<String> categories) implements Step {
        public OneHot {
            categories = different(categories);
            if (categories.isEmpty()) {
                throw ForebayException.usage("a one-hot feature must have a category");
            }
        }
    }

    /**
     * A number from 0 below {@code buckets}: MurmurHash3 (x86, 32 bits, seed 0) of a string's UTF-8 bytes, or of a whole number's
     * eight bytes from the lowest, taken as unsigned, modulo {@code buckets}.
     */
    record HashBucket(int buckets) implements Step {
        public HashBucket {
            requirePositive("a number of buckets", buckets);
        }
    }

    /** A part of a date or time, in UTC. */
    record DatePart(Part part) implements Step {
        /** Parts of dates. */
        public enum Part {
            YEAR,
            /** From 1. */
            MONTH,
            /** Of the month, from 1. */
            DAY,
            /** From 1, which is Monday. */
            DAY_OF_WEEK,
            /** From 1. */
            DAY_OF_YEAR,
            HOUR,
            MINUTE,
            SECOND,
            /** Days since 1970-01-01. */
            EPOCH_DAY
        }
    }

    private static void requirePositive(String what, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw ForebayException.usage(what + " must be positive: value=" + value);
        }
    }

    private static List<String> different(List<String> categories) {
        if (new HashSet<>(categories).size() < categories.size()) {
            throw ForebayException.usage("categories must differ: categories=" + categories);
        }
        return List.copyOf(categories);
    }
}
