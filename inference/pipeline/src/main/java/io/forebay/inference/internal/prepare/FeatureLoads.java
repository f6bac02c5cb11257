// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.DictionaryVector;
import io.forebay.inference.internal.CastKernels;
import io.forebay.inference.prepare.Step.DatePart.Part;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;

/** Takes the first rows of blocks out of columns, as numbers. What comes of null rows is undefined. */
final class FeatureLoads {
    private FeatureLoads() {}

    /** Takes rows {@code [from, from + count)} of a column; {@code nulls} tells whether it has any. */
    @FunctionalInterface
    interface Load {
        void load(FieldVector column, boolean nulls, int from, int count, double[] values);
    }

    /** The number of a text. */
    @FunctionalInterface
    interface OfText {
        long get(long address, int length);
    }

    /** The number of a number. */
    @FunctionalInterface
    interface OfNumber {
        long get(long value);
    }

    static void numbers(FieldVector column, boolean nulls, int from, int count, double[] values) {
        long data = column.getDataBufferAddress();
        if (column instanceof Float4Vector) {
            for (int i = 0; i < count; i++) {
                values[i] = RawMemory.getFloat(data + 4L * (from + i));
            }
        } else if (column instanceof Float8Vector) {
            for (int i = 0; i < count; i++) {
                values[i] = RawMemory.getDouble(data + 8L * (from + i));
            }
        } else if (column instanceof BigIntVector) {
            for (int i = 0; i < count; i++) {
                values[i] = RawMemory.getLong(data + 8L * (from + i));
            }
        } else if (column instanceof IntVector) {
            for (int i = 0; i < count; i++) {
                values[i] = RawMemory.getInt(data + 4L * (from + i));
            }
        } else {
            oneByOne(column, nulls, from, count, values);
        }
    }

    private static void oneByOne(FieldVector column, boolean nulls, int from, int count, double[] values) {
        for (int i = 0; i < count; i++) {
            if (!nulls || !column.isNull(from + i)) {
                values[i] = CastKernels.doubleAt(column, from + i);
            }
        }
    }

    /** Whole numbers without a detour over floats. */
    static Load integers(OfNumber number) {
        return (column, nulls, from, count, values) -> {
            long data = column.getDataBufferAddress();
            if (column instanceof BitVector) {
                for (int i = 0; i < count; i++) {
                    values[i] = number.get(Bits.get(data, from + i) ? 1 : 0);
                }
                return;
            }
            int width = ((BaseFixedWidthVector) column).getTypeWidth();
            boolean unsigned = IntegerCells.isUnsigned(column);
            for (int i = 0; i < count; i++) {
                values[i] = number.get(IntegerCells.get(data, width, unsigned, from + i));
            }
        };
    }

    static Load texts(OfText number) {
        return (column, nulls, from, count, values) -> {
            if (column instanceof DictionaryVector encoded) {
                ofIndices(encoded, from, count, values, number);
            } else {
                ofTexts((BaseVariableWidthVector) column, from, count, values, number);
            }
        };
    }

    /** As {@link #texts}, with {@code fill} in place of nulls. */
    static Load filledTexts(OfText number, double fill) {
        Load texts = texts(number);
        return (column, nulls, from, count, values) -> {
            texts.load(column, nulls, from, count, values);
            if (nulls) {
                FeatureKernels.fillNulls(column, from, count, values, fill);
            }
        };
    }

    private static void ofTexts(BaseVariableWidthVector column, int from, int count, double[] values, OfText number) {
        long offsets = column.getOffsetBufferAddress();
        long data = column.getDataBufferAddress();
        int start = RawMemory.getInt(offsets + 4L * from);
        for (int i = 0; i < count; i++) {
            int end = RawMemory.getInt(offsets + 4L * (from + i + 1));
            values[i] = number.get(data + start, end - start);
            start = end;
        }
    }

    private static void ofIndices(DictionaryVector column, int from, int count, double[] values, OfText number) {
        long offsets = column.values().getOffsetBufferAddress();
        long data = column.values().getDataBufferAddress();
        for (int i = 0; i < count; i++) {
            if (!column.isNull(from + i)) {
                long at = offsets + 4L * column.get(from + i);
                int start = RawMemory.getInt(at);
                values[i] = number.get(data + start, RawMemory.getInt(at + 4) - start);
            }
        }
    }

    /** @param unitsPerDay of the column's numbers, which count from the epoch */
    static Load dateParts(Part part, long unitsPerDay) {
        long unitsPerSecond = Math.max(1, unitsPerDay / DateParts.SECONDS_PER_DAY);
        return (column, nulls, from, count, values) -> {
            long data = column.getDataBufferAddress();
            int width = ((BaseFixedWidthVector) column).getTypeWidth();
            for (int i = 0; i < count; i++) {
                long units = IntegerCells.get(data, width, false, from + i);
                long day = Math.floorDiv(units, unitsPerDay);
                values[i] = DateParts.of(part, day, (units - day * unitsPerDay) / unitsPerSecond);
            }
        };
    }
}
