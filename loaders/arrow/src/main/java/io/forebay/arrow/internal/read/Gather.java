// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Picks values of one vector into another of the same type, by indices that have been checked. Stateless. */
final class Gather {
    private Gather() {}

    /**
     * Loads {@code rows} rows into an empty vector.
     *
     * @param indices which value each row has; of absent rows any that is there, or 0
     * @param present a bit for each row, set where it has a value
     */
    static void into(FieldVector target, FieldVector values, int[] indices, int rows, ArrowBuf present) {
        int nulls = rows - Bits.countSet(present.memoryAddress(), 0, rows);
        ArrowFieldNode node = new ArrowFieldNode(rows, nulls);
        if (values instanceof BaseVariableWidthVector strings) {
            variable(target, strings, indices, node, present);
        } else if (values instanceof BaseFixedWidthVector fixed && !(values instanceof BitVector)) {
            fixed(target, fixed, indices, node, present);
        } else {
            oneByOne(target, values, indices, rows, present.memoryAddress());
        }
    }

    private static void fixed(
            FieldVector target, BaseFixedWidthVector values, int[] indices, ArrowFieldNode node, ArrowBuf present) {
        int rows = node.getLength();
        int width = values.getTypeWidth();
        try (ArrowBuf data = target.getAllocator().buffer((long) width * rows)) {
            if (values.getValueCount() > 0) {
                FixedCells.gather(values.getDataBufferAddress(), indices, 0, rows, width, data.memoryAddress());
            }
            target.loadFieldBuffers(node, List.of(present, data));
        }
    }

    private static void variable(
            FieldVector target, BaseVariableWidthVector values, int[] indices, ArrowFieldNode node, ArrowBuf present) {
        int rows = node.getLength();
        BufferAllocator allocator = target.getAllocator();
        long starts = values.getValueCount() == 0 ? 0 : values.getOffsetBufferAddress();
        try (ArrowBuf offsets = allocator.buffer(4L * (rows + 1L))) {
            long bytes = addLengths(starts, indices, rows, present.memoryAddress(), offsets.memoryAddress());
            try (ArrowBuf data = allocator.buffer(bytes)) {
                for (int row = 0; row < rows; row++) {
                    int to = RawMemory.getInt(offsets.memoryAddress() + 4L * row);
                    int length = RawMemory.getInt(offsets.memoryAddress() + 4L * row + 4) - to;
                    if (length > 0) {
                        long from = values.getDataBufferAddress() + RawMemory.getInt(starts + 4L * indices[row]);
                        RawMemory.copy(from, data.memoryAddress() + to, length);
                    }
                }
                target.loadFieldBuffers(node, List.of(present, offsets, data));
            }
        }
    }

    /** Writes the rows' offsets; returns the sum of their lengths. */
    private static long addLengths(long starts, int[] indices, int rows, long present, long offsets) {
        long end = 0;
        RawMemory.putInt(offsets, 0);
        for (int row = 0; row < rows; row++) {
            if (Bits.get(present, row)) {
                long entry = starts + 4L * indices[row];
                end += RawMemory.getInt(entry + 4) - RawMemory.getInt(entry);
                if (end > Integer.MAX_VALUE) {
                    throw ForebayException.limit("a batch holds at most 2 GiB of one column: bytes=" + end);
                }
            }
            RawMemory.putInt(offsets + 4L * (row + 1), (int) end);
        }
        return end;
    }

    private static void oneByOne(FieldVector target, FieldVector values, int[] indices, int rows, long present) {
        target.setInitialCapacity(rows);
        target.allocateNew();
        for (int row = 0; row < rows; row++) {
            if (Bits.get(present, row)) {
                target.copyFromSafe(indices[row], row, values);
            }
        }
        target.setValueCount(rows);
    }
}
