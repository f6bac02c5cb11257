// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.memory.ValueViews;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.LargeListVector;

/** Lengths of strings and lists. */
final class Lengths {
    private Lengths() {}

    /** Of each row the bytes of its string, or the elements of its list; 0 where it is null. */
    static int[] of(FieldVector vector) {
        int[] lengths = new int[vector.getValueCount()];
        if (lengths.length == 0) { // such a vector need not have offsets
            return lengths;
        }
        if (vector instanceof BaseVariableWidthViewVector) {
            ofViews(vector.getDataBufferAddress(), lengths);
        } else if (vector instanceof LargeListVector || vector instanceof BaseLargeVariableWidthVector) {
            ofLongOffsets(vector.getOffsetBufferAddress(), lengths);
        } else {
            ofOffsets(vector.getOffsetBufferAddress(), lengths);
        }
        if (vector.getNullCount() > 0) {
            for (int row = 0; row < lengths.length; row++) {
                lengths[row] = vector.isNull(row) ? 0 : lengths[row];
            }
        }
        return lengths;
    }

    private static void ofOffsets(long offsets, int[] lengths) {
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] = RawMemory.getInt(offsets + 4L * row + 4) - RawMemory.getInt(offsets + 4L * row);
        }
    }

    private static void ofLongOffsets(long offsets, int[] lengths) {
        for (int row = 0; row < lengths.length; row++) {
            long length = RawMemory.getLong(offsets + 8L * row + 8) - RawMemory.getLong(offsets + 8L * row);
            lengths[row] = (int) Math.min(Integer.MAX_VALUE, length);
        }
    }

    private static void ofViews(long views, int[] lengths) {
        for (int row = 0; row < lengths.length; row++) {
            lengths[row] = ValueViews.length(views + (long) ValueViews.BYTES * row);
        }
    }
}
