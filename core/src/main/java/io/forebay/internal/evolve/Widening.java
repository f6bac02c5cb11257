// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.text.TimeText;
import io.forebay.spi.ValueBounds;
import java.math.BigDecimal;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Values of one type as values of a {@link CommonType} that holds them all. */
final class Widening {
    private Widening() {}

    /** Fills the empty {@code to} with the rows of {@code from}, whose type is narrower. */
    static void fill(FieldVector from, FieldVector to, BufferAllocator allocator) {
        int rows = from.getValueCount();
        int width = ((BaseFixedWidthVector) to).getTypeWidth();
        try (ArrowBuf values = allocator.buffer((long) rows * width)) {
            convert(from, to.getField().getType(), rows, values.memoryAddress(), width);
            to.loadFieldBuffers(
                    new ArrowFieldNode(rows, from.getNullCount()),
                    List.of(from.getFieldBuffers().get(0), values));
        }
    }

    private static void convert(FieldVector from, ArrowType type, int rows, long to, int width) {
        if (type instanceof ArrowType.Decimal decimal) {
            toDecimals(from, decimal, rows, to, width);
        } else if (type instanceof ArrowType.FloatingPoint floating) {
            toFloats(from, floating.getPrecision() == FloatingPointPrecision.SINGLE, rows, to);
        } else {
            toIntegers(from, ticks(from.getField().getType(), type), rows, to, width);
        }
    }

    /** Integers, and times in the finer unit: {@code factor} ticks for each. */
    private static void toIntegers(FieldVector from, long factor, int rows, long to, int width) {
        long data = from.getDataBufferAddress();
        int narrow = ((BaseFixedWidthVector) from).getTypeWidth();
        boolean unsigned = IntegerCells.isUnsigned(from);
        for (int row = 0; row < rows; row++) {
            long value = IntegerCells.get(data, narrow, unsigned, row);
            long scaled = value * factor;
            if (factor != 1 && Math.multiplyHigh(value, factor) != scaled >> 63) {
                requireNull(from, row, value, factor);
            }
            put(to + (long) row * width, width, scaled);
        }
    }

    private static void requireNull(FieldVector from, int row, long value, long factor) {
        if (Bits.get(from.getValidityBufferAddress(), row)) {
            throw ForebayException.unsupported("a time must fit the unit that all files share: column="
                    + from.getField().getName() + ", value=" + value + ", factor=" + factor);
        }
    }

    private static void put(long address, int width, long value) {
        switch (width) {
            case 2 -> RawMemory.putShort(address, (short) value);
            case 4 -> RawMemory.putInt(address, (int) value);
            default -> RawMemory.putLong(address, value);
        }
    }

    private static void toFloats(FieldVector from, boolean single, int rows, long to) {
        for (int row = 0; row < rows; row++) {
            double value = doubleAt(from, row);
            if (single) {
                RawMemory.putInt(to + 4L * row, Float.floatToRawIntBits((float) value));
            } else {
                RawMemory.putLong(to + 8L * row, Double.doubleToRawLongBits(value));
            }
        }
    }

    private static double doubleAt(FieldVector from, int row) {
        long data = from.getDataBufferAddress();
        if (from.getField().getType() instanceof ArrowType.FloatingPoint floating) {
            return floating.getPrecision() == FloatingPointPrecision.HALF
                    ? Float16.toFloat(RawMemory.getShort(data + 2L * row))
                    : RawMemory.getFloat(data + 4L * row);
        }
        return IntegerCells.get(from, row);
    }

    private static void toDecimals(FieldVector from, ArrowType.Decimal type, int rows, long to, int width) {
        long validity = from.getValidityBufferAddress();
        for (int row = 0; row < rows; row++) {
            long address = to + (long) row * width;
            BigDecimal value = Bits.get(validity, row) ? decimalAt(from, row) : BigDecimal.ZERO;
            byte[] bigEndian = value.setScale(type.getScale()).unscaledValue().toByteArray();
            for (int i = 0; i < width; i++) {
                int digit = bigEndian.length - 1 - i;
                RawMemory.putByte(address + i, digit >= 0 ? bigEndian[digit] : (byte) (bigEndian[0] >> 7));
            }
        }
    }

    private static BigDecimal decimalAt(FieldVector from, int row) {
        if (from instanceof DecimalVector decimals) {
            return decimals.getObject(row);
        }
        return from instanceof Decimal256Vector decimals
                ? decimals.getObject(row)
                : Decimals.of(IntegerCells.get(from, row), IntegerCells.isUnsigned(from));
    }

    /** How many ticks of {@code to} one of {@code from} has; 1 for what does not count time. */
    private static long ticks(ArrowType from, ArrowType to) {
        return TimeText.perSecond(unit(to)) / TimeText.perSecond(unit(from));
    }

    private static TimeUnit unit(ArrowType type) {
        if (type instanceof ArrowType.Timestamp timestamp) {
            return timestamp.getUnit();
        }
        return type instanceof ArrowType.Time time ? time.getUnit() : TimeUnit.SECOND;
    }

    /** Bounds of a narrower column as those of a wider one, or null where they have no such value. */
    static @Nullable ValueBounds widen(ValueBounds bounds, ArrowType from, ArrowType to) {
        Object min = widen(bounds.min(), from, to);
        Object max = widen(bounds.max(), from, to);
        return min == null || max == null ? null : new ValueBounds(min, max);
    }

    private static @Nullable Object widen(Object value, ArrowType from, ArrowType to) {
        if (!(value instanceof Long number)) {
            return value;
        }
        if (to instanceof ArrowType.FloatingPoint) {
            return (Object) number.doubleValue();
        }
        if (to instanceof ArrowType.Decimal) {
            return Decimals.of(number, from instanceof ArrowType.Int integer && !integer.getIsSigned());
        }
        long factor = ticks(from, to);
        long scaled = number * factor;
        return Math.multiplyHigh(number, factor) == scaled >> 63 ? (Object) scaled : null;
    }
}
