// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Integers, days and ticks of any width as 64-bit numbers. */
public final class IntegerCells {
    private IntegerCells() {}

    /** The raw number in a row of a fixed-width vector, sign-extended, or zero-extended for unsigned integers. */
    public static long get(FieldVector vector, int row) {
        int width = ((BaseFixedWidthVector) vector).getTypeWidth();
        return get(vector.getDataBufferAddress(), width, isUnsigned(vector), row);
    }

    public static boolean isUnsigned(FieldVector vector) {
        return vector.getField().getType() instanceof ArrowType.Int type && !type.getIsSigned();
    }

    /** As {@link #get(FieldVector, int)}, for a vector of {@code width} bytes a value whose data start at {@code base}. */
    public static long get(long base, int width, boolean unsigned, int row) {
        long address = base + (long) row * width;
        return switch (width) {
            case 1 -> unsigned ? RawMemory.getByte(address) & 0xFFL : RawMemory.getByte(address);
            case 2 -> unsigned ? RawMemory.getShort(address) & 0xFFFFL : RawMemory.getShort(address);
            case 4 -> unsigned ? RawMemory.getInt(address) & 0xFFFF_FFFFL : RawMemory.getInt(address);
            default -> RawMemory.getLong(address);
        };
    }
}
