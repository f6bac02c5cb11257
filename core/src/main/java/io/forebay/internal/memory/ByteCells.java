// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import io.forebay.DictionaryVector;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.ArrowBufPointer;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.ElementAddressableVector;
import org.apache.arrow.vector.FieldVector;

/** Cells of strings and binary in any layout, with a dictionary or without. */
public final class ByteCells {
    private ByteCells() {}

    /** The bytes of a row that is not null. */
    public static byte[] get(FieldVector vector, int row) {
        ArrowBufPointer cell = new ArrowBufPointer();
        locate(vector, row, cell);
        byte[] bytes = new byte[(int) cell.getLength()];
        if (bytes.length > 0) {
            RawMemory.copyToArray(cell.getBuf().memoryAddress() + cell.getOffset(), bytes, 0, bytes.length);
        }
        return bytes;
    }

    /** Points {@code cell} at the bytes of a row that is not null. Arrow's own way misses views of 12 bytes. */
    public static void locate(FieldVector vector, int row, ArrowBufPointer cell) {
        if (vector instanceof DictionaryVector encoded) {
            locate(encoded.values(), encoded.get(row), cell);
            return;
        }
        if (!(vector instanceof BaseVariableWidthViewVector views)) {
            ((ElementAddressableVector) vector).getDataPointer(row, cell);
            return;
        }
        ArrowBuf all = views.getDataBuffer();
        long at = (long) ValueViews.BYTES * row;
        long view = all.memoryAddress() + at;
        if (ValueViews.isShort(view)) {
            cell.set(all, at + Integer.BYTES, ValueViews.length(view));
        } else {
            ArrowBuf data = views.getDataBuffers().get(ValueViews.buffer(view));
            cell.set(data, ValueViews.start(view), ValueViews.length(view));
        }
    }

    /** Whether two runs of bytes are equal. */
    public static boolean areEqual(long one, long other, int length) {
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            if (RawMemory.getLong(one + i) != RawMemory.getLong(other + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (RawMemory.getByte(one + i) != RawMemory.getByte(other + i)) {
                return false;
            }
        }
        return true;
    }
}
