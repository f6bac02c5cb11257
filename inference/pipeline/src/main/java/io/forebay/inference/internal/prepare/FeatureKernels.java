// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.inference.internal.CastKernels;
import io.forebay.inference.prepare.Step;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.vector.FieldVector;

/** What is done to blocks of numbers, and how they are put down. */
final class FeatureKernels {
    private FeatureKernels() {}

    /** Changes a block of numbers in place. */
    @FunctionalInterface
    interface Kernel {
        void apply(double[] values, int count);
    }

    static Kernel of(Step.Standardise step) {
        double mean = step.mean();
        double deviation = step.deviation();
        return (values, count) -> {
            for (int i = 0; i < count; i++) {
                values[i] = (values[i] - mean) / deviation;
            }
        };
    }

    static Kernel of(Step.MinMax step) {
        double min = step.min();
        double range = step.max() - step.min();
        return (values, count) -> {
            for (int i = 0; i < count; i++) {
                values[i] = (values[i] - min) / range;
            }
        };
    }

    static Kernel of(Step.Log step) {
        double offset = step.offset();
        return (values, count) -> {
            for (int i = 0; i < count; i++) {
                values[i] = Math.log(values[i] + offset);
            }
        };
    }

    static Kernel of(Step.Clip step) {
        double low = step.low();
        double high = step.high();
        return (values, count) -> {
            for (int i = 0; i < count; i++) {
                values[i] = Math.max(low, Math.min(high, values[i]));
            }
        };
    }

    /** Puts {@code value} where rows {@code [from, from + count)} of {@code column} are null. */
    static void fillNulls(FieldVector column, int from, int count, double[] values, double value) {
        for (int i = 0; i < count; i++) {
            if (column.isNull(from + i)) {
                values[i] = value;
            }
        }
    }

    static void putFloats(double[] values, int count, long to) {
        for (int i = 0; i < count; i++) {
            RawMemory.putFloat(to + 4L * i, (float) values[i]);
        }
    }

    static void putDoubles(double[] values, int count, long to) {
        for (int i = 0; i < count; i++) {
            CastKernels.putDouble(to + 8L * i, values[i]);
        }
    }

    /**
     * Puts whole numbers of {@code width} bytes down, their fractions cut off.
     *
     * @return the first that is not from {@code least} to below {@code most} once cut, or −1
     */
    static int putIntegers(double[] values, int count, int width, double least, double most, long to) {
        for (int i = 0; i < count; i++) {
            double value = values[i];
            boolean holds = (value > least - 1 || value == least) && value < most; // least − 1 may be least
            if (!holds) {
                return i;
            }
            CastKernels.putInteger(to + (long) i * width, width, (long) value);
        }
        return -1;
    }

    /** Puts {@code width} floats for each row down: 1 in the place that its number tells, if there is one, else 0. */
    static void putOneHot(double[] places, int count, int width, long to) {
        RawMemory.fill(to, 4L * width * count, (byte) 0);
        for (int i = 0; i < count; i++) {
            if (places[i] >= 0) {
                RawMemory.putFloat(to + 4L * ((long) width * i + (long) places[i]), 1);
            }
        }
    }
}
