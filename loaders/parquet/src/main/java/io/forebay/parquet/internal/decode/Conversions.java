// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.FlatColumn;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Kernels from Parquet's physical values to Arrow's layout where the two differ. */
final class Conversions {
    private static final long JULIAN_DAY_OF_EPOCH = 2_440_588;
    private static final long MICROS_PER_DAY = 86_400_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private Conversions() {}

    /** Converts {@code count} values of fixed width; the ranges do not overlap. */
    static void apply(FlatColumn column, long from, long to, int count) {
        switch (column.conversion()) {
            case NONE, ALWAYS_NULL, BYTES_TO_DECIMAL ->
                throw new IllegalStateException(
                        "values of this column need no conversion of fixed width: " + column.conversion());
            case INT32_TO_INT8 -> toInt8(from, to, count, isSigned(column));
            case INT32_TO_INT16 -> toInt16(from, to, count, isSigned(column));
            case INT32_TO_DECIMAL128 -> intsToDecimals(from, to, count, column.arrowWidth());
            case INT64_TO_DECIMAL128 -> longsToDecimals(from, to, count, column.arrowWidth());
            case FIXED_TO_DECIMAL -> fixedToDecimals(from, column.physicalWidth(), to, column.arrowWidth(), count);
            case INT96_TO_MICROS -> toMicros(from, to, count);
            case INTERVAL -> intervals(from, to, count);
        }
    }

    private static boolean isSigned(FlatColumn column) {
        return ((ArrowType.Int) column.field().getType()).getIsSigned();
    }

    private static void toInt8(long from, long to, int count, boolean signed) {
        int least = signed ? -0x80 : 0;
        int outside = 0;
        for (int i = 0; i < count; i++) {
            int value = RawMemory.getInt(from + 4L * i);
            RawMemory.putByte(to + i, (byte) value);
            outside |= (value - least) & ~0xFF;
        }
        requireFits(outside == 0, 8);
    }

    private static void toInt16(long from, long to, int count, boolean signed) {
        int least = signed ? -0x8000 : 0;
        int outside = 0;
        for (int i = 0; i < count; i++) {
            int value = RawMemory.getInt(from + 4L * i);
            RawMemory.putShort(to + 2L * i, (short) value);
            outside |= (value - least) & ~0xFFFF;
        }
        requireFits(outside == 0, 16);
    }

    private static void requireFits(boolean fits, int bits) {
        if (!fits) {
            throw ForebayException.corrupt("an integer must fit its annotated width: bits=" + bits);
        }
    }

    private static void intsToDecimals(long from, long to, int count, int width) {
        requireDecimal128(width);
        for (int i = 0; i < count; i++) {
            long unscaled = RawMemory.getInt(from + 4L * i);
            RawMemory.putLong(to + 16L * i, unscaled);
            RawMemory.putLong(to + 16L * i + 8, unscaled >> 63);
        }
    }

    private static void longsToDecimals(long from, long to, int count, int width) {
        requireDecimal128(width);
        for (int i = 0; i < count; i++) {
            long unscaled = RawMemory.getLong(from + 8L * i);
            RawMemory.putLong(to + 16L * i, unscaled);
            RawMemory.putLong(to + 16L * i + 8, unscaled >> 63);
        }
    }

    private static void requireDecimal128(int width) {
        if (width != 16) {
            throw ForebayException.unsupported("a decimal on an integer has at most 38 digits: bits=" + 8 * width);
        }
    }

    private static void fixedToDecimals(long from, int bytes, long to, int width, int count) {
        for (int i = 0; i < count; i++) {
            bigEndianToDecimal(from + (long) i * bytes, bytes, to + (long) i * width, width);
        }
    }

    /** Sign-extends a big-endian number into {@code width} little-endian bytes. */
    static void bigEndianToDecimal(long from, int bytes, long to, int width) {
        byte sign = bytes == 0 ? 0 : (byte) (RawMemory.getByte(from) >> 7);
        int kept = Math.min(bytes, width);
        boolean signKept = kept == 0 || (byte) (RawMemory.getByte(from + bytes - kept) >> 7) == sign;
        for (int i = 0; i < bytes - kept; i++) { // whatever does not fit must be the sign alone
            if (!signKept || RawMemory.getByte(from + i) != sign) {
                throw ForebayException.corrupt("a decimal must fit its precision: bytes=" + bytes + ", width=" + width);
            }
        }
        for (int i = 0; i < kept; i++) {
            RawMemory.putByte(to + i, RawMemory.getByte(from + bytes - 1 - i));
        }
        RawMemory.fill(to + kept, width - kept, sign);
    }

    private static void toMicros(long from, long to, int count) {
        for (int i = 0; i < count; i++) {
            RawMemory.putLong(
                    to + 8L * i, micros(RawMemory.getLong(from + 12L * i), RawMemory.getInt(from + 12L * i + 8)));
        }
    }

    /** Microseconds since 1970, floored; wraps where 64 bits cannot hold them, as the writers of such values did. */
    static long micros(long nanosOfDay, int julianDay) {
        return (julianDay - JULIAN_DAY_OF_EPOCH) * MICROS_PER_DAY + Math.floorDiv(nanosOfDay, 1_000);
    }

    private static void intervals(long from, long to, int count) {
        for (int i = 0; i < count; i++) {
            long millis = RawMemory.getInt(from + 12L * i + 8) & 0xFFFF_FFFFL;
            RawMemory.putLong(to + 16L * i, RawMemory.getLong(from + 12L * i));
            RawMemory.putLong(to + 16L * i + 8, millis * NANOS_PER_MILLI);
        }
    }
}
