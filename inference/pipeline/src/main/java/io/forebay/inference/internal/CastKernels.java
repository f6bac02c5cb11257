// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Kernels that copy rows {@code [from, from + count)} of a column to {@code to}, {@code stride} bytes apart, as numbers of
 * another type. What they write for null rows is undefined. The common pairs of types have a tight loop each.
 */
public final class CastKernels {
    private CastKernels() {}

    static void toFloats(FieldVector vector, boolean nulls, int from, int count, long to, long stride) {
        long data = vector.getDataBufferAddress();
        if (vector instanceof Float4Vector) {
            copy4(data + 4L * from, count, to, stride);
        } else if (vector instanceof Float8Vector) {
            doublesToFloats(data + 8L * from, count, to, stride);
        } else if (isSigned(vector, 32)) {
            intsToFloats(data + 4L * from, count, to, stride);
        } else if (isSigned(vector, 64)) {
            longsToFloats(data + 8L * from, count, to, stride);
        } else {
            for (int i = 0; i < count; i++) {
                if (!nulls || !vector.isNull(from + i)) {
                    RawMemory.putFloat(to + i * stride, (float) doubleAt(vector, from + i));
                }
            }
        }
    }

    static void toDoubles(FieldVector vector, boolean nulls, int from, int count, long to, long stride) {
        long data = vector.getDataBufferAddress();
        if (vector instanceof Float8Vector) {
            copy8(data + 8L * from, count, to, stride);
        } else if (vector instanceof Float4Vector) {
            floatsToDoubles(data + 4L * from, count, to, stride);
        } else if (isSigned(vector, 32)) {
            intsToDoubles(data + 4L * from, count, to, stride);
        } else if (isSigned(vector, 64)) {
            longsToDoubles(data + 8L * from, count, to, stride);
        } else {
            for (int i = 0; i < count; i++) {
                if (!nulls || !vector.isNull(from + i)) {
                    putDouble(to + i * stride, doubleAt(vector, from + i));
                }
            }
        }
    }

    /** To integers of {@code width} bytes, or to 16-bit floats from 16-bit floats. */
    static void toIntegers(FieldVector vector, int from, int count, int width, long to, long stride) {
        boolean bits = vector instanceof BitVector;
        int sourceWidth = bits ? 0 : ((BaseFixedWidthVector) vector).getTypeWidth();
        long data = vector.getDataBufferAddress() + (long) from * sourceWidth;
        if (bits) {
            bitsToIntegers(data, from, count, width, to, stride);
        } else if (sourceWidth == width && width == 8) {
            copy8(data, count, to, stride);
        } else if (sourceWidth == width && width == 4) {
            copy4(data, count, to, stride);
        } else {
            boolean unsigned = IntegerCells.isUnsigned(vector);
            for (int i = 0; i < count; i++) {
                putInteger(to + i * stride, width, IntegerCells.get(data, sourceWidth, unsigned, i));
            }
        }
    }

    private static void copy4(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(to + i * stride, RawMemory.getInt(data + 4L * i));
        }
    }

    private static void copy8(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            RawMemory.putLong(to + i * stride, RawMemory.getLong(data + 8L * i));
        }
    }

    private static void doublesToFloats(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            RawMemory.putFloat(to + i * stride, (float) RawMemory.getDouble(data + 8L * i));
        }
    }

    private static void intsToFloats(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            RawMemory.putFloat(to + i * stride, (float) RawMemory.getInt(data + 4L * i));
        }
    }

    private static void longsToFloats(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            RawMemory.putFloat(to + i * stride, (float) RawMemory.getLong(data + 8L * i));
        }
    }

    private static void floatsToDoubles(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            putDouble(to + i * stride, RawMemory.getFloat(data + 4L * i));
        }
    }

    private static void intsToDoubles(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            putDouble(to + i * stride, RawMemory.getInt(data + 4L * i));
        }
    }

    private static void longsToDoubles(long data, int count, long to, long stride) {
        for (int i = 0; i < count; i++) {
            putDouble(to + i * stride, (double) RawMemory.getLong(data + 8L * i));
        }
    }

    private static void bitsToIntegers(long bits, int from, int count, int width, long to, long stride) {
        for (int i = 0; i < count; i++) {
            putInteger(to + i * stride, width, Bits.get(bits, from + i) ? 1 : 0);
        }
    }

    public static void putDouble(long target, double value) {
        RawMemory.putLong(target, Double.doubleToRawLongBits(value));
    }

    public static void putInteger(long target, int width, long value) {
        switch (width) {
            case 1 -> RawMemory.putByte(target, (byte) value);
            case 2 -> RawMemory.putShort(target, (short) value);
            case 4 -> RawMemory.putInt(target, (int) value);
            default -> RawMemory.putLong(target, value);
        }
    }

    private static boolean isSigned(FieldVector vector, int bits) {
        return vector.getField().getType() instanceof ArrowType.Int type
                && type.getIsSigned()
                && type.getBitWidth() == bits;
    }

    /** The value of a row that is not null. */
    public static double doubleAt(FieldVector vector, int row) {
        if (vector instanceof Float2Vector halves) {
            return halves.getValueAsFloat(row);
        }
        if (vector instanceof DecimalVector decimals) {
            return decimals.getObject(row).doubleValue();
        }
        if (vector instanceof Decimal256Vector decimals) {
            return decimals.getObject(row).doubleValue();
        }
        if (vector instanceof BitVector) {
            return Bits.get(vector.getDataBufferAddress(), row) ? 1 : 0;
        }
        long value = IntegerCells.get(vector, row);
        boolean beyondLong = value < 0 && IntegerCells.isUnsigned(vector);
        return beyondLong ? ((value >>> 1) | (value & 1)) * 2.0 : value; // the lowest bit only rounds
    }
}
