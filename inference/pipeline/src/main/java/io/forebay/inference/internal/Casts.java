// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.TensorSpec.Element;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Which column types a tensor element takes, and the kernels that copy them with a stride, so that several columns
 * interleave into one matrix. Nothing that could lose an integer's value is allowed; integers may round to floats.
 */
final class Casts {
    private Casts() {}

    /** True when every value of the column has its place in the element type. */
    static boolean allows(Field field, Element element) {
        ArrowType type = field.getType();
        int bits = integerBits(type);
        return switch (element) {
            case FLOAT32, FLOAT64 -> isNumber(type) || type instanceof ArrowType.Bool;
            case INT64 -> (bits > 0 && bits <= 64) || type instanceof ArrowType.Bool;
            case INT32 -> (bits > 0 && bits <= 32) || type instanceof ArrowType.Bool;
            case INT16 -> (bits > 0 && bits <= 16) || type instanceof ArrowType.Bool;
            case INT8 -> (bits > 0 && bits <= 8) || type instanceof ArrowType.Bool;
            case UINT8 -> isUnsignedByte(type) || type instanceof ArrowType.Bool;
            case BOOL -> type instanceof ArrowType.Bool;
            case FLOAT16 -> isHalf(type);
            case STRING -> type instanceof ArrowType.Utf8;
        };
    }

    /** True when the column's buffer is the tensor, byte for byte. */
    static boolean isSameLayout(ArrowType type, Element element) {
        return switch (element) {
            case FLOAT32 -> isFloating(type, FloatingPointPrecision.SINGLE);
            case FLOAT64 -> isFloating(type, FloatingPointPrecision.DOUBLE);
            case FLOAT16 -> isHalf(type);
            case INT64 -> integerBits(type) == 64;
            case INT32 -> integerBits(type) == 32;
            case INT16 -> integerBits(type) == 16;
            case INT8 -> integerBits(type) == 8;
            case UINT8 -> isUnsignedByte(type);
            case BOOL, STRING -> false;
        };
    }

    /** True for a column that an unnamed feature matrix takes. */
    static boolean isNumber(ArrowType type) {
        return type instanceof ArrowType.Int
                || type instanceof ArrowType.FloatingPoint
                || type instanceof ArrowType.Decimal;
    }

    /** Bits of a signed integer that holds all values of the type, dates and times included; 65 or 0 where there is none. */
    private static int integerBits(ArrowType type) {
        if (type instanceof ArrowType.Int integer) {
            return integer.getIsSigned() ? integer.getBitWidth() : nextWidth(integer.getBitWidth());
        }
        if (type instanceof ArrowType.Date) {
            return 32;
        }
        if (type instanceof ArrowType.Time time) {
            return time.getBitWidth();
        }
        return type instanceof ArrowType.Timestamp || type instanceof ArrowType.Duration ? 64 : 0;
    }

    private static int nextWidth(int unsignedBits) {
        return unsignedBits == 64 ? 65 : 2 * unsignedBits;
    }

    private static boolean isUnsignedByte(ArrowType type) {
        return type instanceof ArrowType.Int integer && !integer.getIsSigned() && integer.getBitWidth() == 8;
    }

    private static boolean isHalf(ArrowType type) {
        return isFloating(type, FloatingPointPrecision.HALF);
    }

    private static boolean isFloating(ArrowType type, FloatingPointPrecision precision) {
        return type instanceof ArrowType.FloatingPoint floating && floating.getPrecision() == precision;
    }

    /**
     * Copies rows {@code [from, from + count)} of {@code vector} to {@code to}, {@code strideBytes} apart. Null rows become
     * {@code fill}.
     */
    static void copy(FieldVector vector, int from, int count, Element element, long to, long strideBytes, double fill) {
        boolean nulls = vector.getNullCount() > 0;
        if (!nulls && element == Element.FLOAT32 && copyFloats(vector, from, count, to, strideBytes)) {
            return;
        }
        boolean floating = element == Element.FLOAT32 || element == Element.FLOAT64;
        for (int i = 0; i < count; i++) {
            long target = to + i * strideBytes;
            int row = from + i;
            if (nulls && vector.isNull(row)) {
                putDouble(target, element, fill);
            } else if (floating) {
                putDouble(target, element, asDouble(vector, row));
            } else if (element == Element.FLOAT16) {
                RawMemory.putShort(target, RawMemory.getShort(vector.getDataBufferAddress() + 2L * row));
            } else {
                putLong(target, element, asLong(vector, row));
            }
        }
    }

    /** The common cases of a float matrix, a tight loop each; false when the column is another. */
    private static boolean copyFloats(FieldVector vector, int from, int count, long to, long stride) {
        long data = vector.getDataBufferAddress();
        if (vector instanceof Float4Vector) {
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(to + i * stride, RawMemory.getInt(data + 4L * (from + i)));
            }
        } else if (vector instanceof Float8Vector) {
            for (int i = 0; i < count; i++) {
                RawMemory.putFloat(to + i * stride, (float) RawMemory.getDouble(data + 8L * (from + i)));
            }
        } else if (isSigned(vector, 32)) {
            for (int i = 0; i < count; i++) {
                RawMemory.putFloat(to + i * stride, (float) RawMemory.getInt(data + 4L * (from + i)));
            }
        } else if (isSigned(vector, 64)) {
            for (int i = 0; i < count; i++) {
                RawMemory.putFloat(to + i * stride, (float) RawMemory.getLong(data + 8L * (from + i)));
            }
        } else {
            return false;
        }
        return true;
    }

    private static boolean isSigned(FieldVector vector, int bits) {
        return vector.getField().getType() instanceof ArrowType.Int type
                && type.getIsSigned()
                && type.getBitWidth() == bits;
    }

    private static double asDouble(FieldVector vector, int row) {
        if (vector instanceof Float8Vector doubles) {
            return doubles.get(row);
        }
        if (vector instanceof Float4Vector floats) {
            return floats.get(row);
        }
        if (vector instanceof Float2Vector halves) {
            return halves.getValueAsFloat(row);
        }
        if (vector instanceof DecimalVector decimals) {
            return decimals.getObject(row).doubleValue();
        }
        if (vector instanceof Decimal256Vector decimals) {
            return decimals.getObject(row).doubleValue();
        }
        long value = asLong(vector, row);
        boolean unsigned64 =
                vector.getField().getType() instanceof ArrowType.Int type && !type.getIsSigned() && value < 0;
        return unsigned64 ? (value >>> 1) * 2.0 + (value & 1) : value;
    }

    private static long asLong(FieldVector vector, int row) {
        if (vector instanceof BitVector) {
            return Bits.get(vector.getDataBufferAddress(), row) ? 1 : 0;
        }
        return IntegerCells.get(vector, row);
    }

    private static void putDouble(long target, Element element, double value) {
        switch (element) {
            case FLOAT32 -> RawMemory.putFloat(target, (float) value);
            case FLOAT64 -> RawMemory.putLong(target, Double.doubleToRawLongBits(value));
            case FLOAT16 -> RawMemory.putShort(target, org.apache.arrow.memory.util.Float16.toFloat16((float) value));
            default -> putLong(target, element, (long) value);
        }
    }

    private static void putLong(long target, Element element, long value) {
        switch (element.bytes()) {
            case 1 -> RawMemory.putByte(target, (byte) value);
            case 2 -> RawMemory.putShort(target, (short) value);
            case 4 -> RawMemory.putInt(target, (int) value);
            default -> RawMemory.putLong(target, value);
        }
    }
}
