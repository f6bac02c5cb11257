// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.TensorSpec.Element;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Which column types a tensor element takes, and the copying of them with a stride, so that several columns interleave into
 * one matrix. Nothing that could lose an integer's value is allowed; integers may round to floats,
 * and a double beyond a float's range becomes infinite, as in Java.
 */
final class Casts {
    /** The least number that no half comes near. */
    private static final double HALF_ROUNDS_TO_INFINITY = 65_520;

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
            case INT64 -> isSigned(type) && integerBits(type) == 64;
            case INT32 -> isSigned(type) && integerBits(type) == 32;
            case INT16 -> isSigned(type) && integerBits(type) == 16;
            case INT8 -> isSigned(type) && integerBits(type) == 8;
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
        if (type instanceof ArrowType.Date date) {
            return date.getUnit() == DateUnit.DAY ? 32 : 64;
        }
        if (type instanceof ArrowType.Time time) {
            return time.getBitWidth();
        }
        return type instanceof ArrowType.Timestamp || type instanceof ArrowType.Duration ? 64 : 0;
    }

    private static boolean isSigned(ArrowType type) {
        return !(type instanceof ArrowType.Int integer) || integer.getIsSigned();
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
     * Copies rows {@code [from, from + count)} of {@code vector} to {@code to}, {@code stride} bytes apart.
     *
     * @param nulls whether there may be null rows; these become {@code fill}
     */
    static void copy(
            FieldVector vector,
            boolean nulls,
            int from,
            int count,
            Element element,
            long to,
            long stride,
            double fill) {
        switch (element) {
            case FLOAT32 -> CastKernels.toFloats(vector, nulls, from, count, to, stride);
            case FLOAT64 -> CastKernels.toDoubles(vector, nulls, from, count, to, stride);
            default -> CastKernels.toIntegers(vector, from, count, element.bytes(), to, stride);
        }
        for (int i = 0; nulls && i < count; i++) {
            if (vector.isNull(from + i)) {
                putNumber(to + i * stride, element, fill);
            }
        }
    }

    /** True when {@code value} can be an element without becoming another number; a float may round. */
    static boolean holds(Element element, double value) {
        return switch (element) {
            case FLOAT64 -> true;
            case FLOAT32 -> Double.isInfinite(value) || !Float.isInfinite((float) value);
            case FLOAT16 ->
                Double.isInfinite(value) || Math.abs(value) < HALF_ROUNDS_TO_INFINITY || Double.isNaN(value);
            case INT64 -> value == Math.rint(value) && value >= Long.MIN_VALUE && value < 0x1p63;
            case INT32 -> value == (int) value;
            case INT16 -> value == (short) value;
            case INT8 -> value == (byte) value;
            case UINT8 -> value == ((int) value & 0xFF);
            case BOOL -> value == 0 || value == 1;
            case STRING -> false;
        };
    }

    /** Writes a number as an element. */
    static void putNumber(long target, Element element, double value) {
        switch (element) {
            case FLOAT32 -> RawMemory.putFloat(target, (float) value);
            case FLOAT64 -> RawMemory.putLong(target, Double.doubleToRawLongBits(value));
            case FLOAT16 -> RawMemory.putShort(target, Float16.toFloat16((float) value));
            default -> CastKernels.putInteger(target, element.bytes(), (long) value);
        }
    }
}
