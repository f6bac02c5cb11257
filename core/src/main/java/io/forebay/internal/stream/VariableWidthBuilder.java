// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Strings and binary with 32-bit offsets. */
final class VariableWidthBuilder extends ColumnBuilder.Raw {
    /** Strings up to this long are copied by one store. */
    private static final int SHORT_BYTES = Long.BYTES;

    private static final int PICK_ROWS = 256;

    /** Room for strings that are somewhat longer than those of a sample. */
    private static final double SPARE = 1.0625;

    /** Where the strings start that are being picked; made by the first pick. */
    private int[] starts = {};

    private long bytes;

    /** Makes room for strings about as long as those of a sample, but for no more bytes than it has. */
    VariableWidthBuilder(FieldVector sample, Field field, BufferAllocator allocator, int capacity) {
        super(field, allocator, capacity);
        ArrowBuf offsets = add(4L * (capacity + 1L));
        RawMemory.putInt(offsets.memoryAddress(), 0);
        add(bytesOf(sample, capacity));
    }

    private static long bytesOf(FieldVector sample, int capacity) {
        int rows = sample.getValueCount();
        if (rows == 0) {
            return 0;
        }
        long offsets = offsetsOf(sample);
        long bytes = (long) RawMemory.getInt(offsets + 4L * rows) - RawMemory.getInt(offsets);
        return (long) Math.min((double) bytes, SPARE * bytes * capacity / rows) + SHORT_BYTES;
    }

    @Override
    public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
        if (count == 0) { // such a vector need not have offsets
            return;
        }
        appendValidity(source, selected, from, count);
        reserve(1, 4L * (rows + count + 1L), 4L * (rows + 1L));
        if (selected == null) {
            appendRun(source, from, count);
        } else {
            starts = starts.length == 0 ? new int[PICK_ROWS] : starts;
            for (int done = 0; done < count; done += PICK_ROWS) {
                appendPicked(source, selected, from + done, Math.min(PICK_ROWS, count - done), done);
            }
        }
        rows += count;
    }

    private static long offsetsOf(FieldVector source) {
        return ((BaseVariableWidthVector) source).getOffsetBufferAddress();
    }

    private void appendRun(FieldVector source, int from, int count) {
        long offsets = offsetsOf(source) + 4L * from;
        int start = RawMemory.getInt(offsets);
        int length = RawMemory.getInt(offsets + 4L * count) - start;
        reserveData(bytes + length, bytes);
        moveEnds(
                offsets + 4,
                count,
                Math.toIntExact(bytes - start),
                buffers.get(1).memoryAddress() + 4L * (rows + 1));
        RawMemory.copy(source.getDataBufferAddress() + start, buffers.get(2).memoryAddress() + bytes, length);
        bytes += length;
    }

    /** Copies where strings end, moved by {@code shift}: two at a time, since no sum of one carries over into the other. */
    private static void moveEnds(long from, int count, int shift, long to) {
        long both = shift * 0x1_0000_0001L;
        int i = 0;
        for (; i + 2 <= count; i += 2) {
            RawMemory.putLong(to + 4L * i, RawMemory.getLong(from + 4L * i) + both);
        }
        if (i < count) {
            RawMemory.putInt(to + 4L * i, RawMemory.getInt(from + 4L * i) + shift);
        }
    }

    private void appendPicked(FieldVector source, int[] selected, int from, int count, int rowsBefore) {
        long ends = buffers.get(1).memoryAddress() + 4L * (rows + rowsBefore + 1);
        long end = pickEnds(offsetsOf(source), selected, from, count, starts, bytes, ends);
        reserveData(end + SHORT_BYTES, bytes);
        long shortMax = source.getDataBuffer().capacity() - SHORT_BYTES;
        long target = buffers.get(2).memoryAddress();
        pickBytes(source.getDataBufferAddress(), shortMax, starts, count, ends, bytes, target);
        bytes = end;
    }

    /**
     * Notes where each picked string starts in the source, and writes where it ends if the first starts at {@code first}; answers
     * where the last one does.
     */
    private static long pickEnds(
            long offsets, int[] selected, int from, int count, int[] starts, long first, long ends) {
        long end = first;
        for (int i = 0; i < count; i++) {
            long entry = offsets + 4L * selected[from + i];
            int start = RawMemory.getInt(entry);
            starts[i] = start;
            end += RawMemory.getInt(entry + 4) - start;
            RawMemory.putInt(ends + 4L * i, (int) end);
        }
        return end;
    }

    /** Copies picked strings to where they end. What a short one copies too much is written over by the next. */
    private static void pickBytes(
            long data, long shortMax, int[] starts, int count, long ends, long first, long target) {
        long to = first;
        for (int i = 0; i < count; i++) {
            int start = starts[i];
            long end = Integer.toUnsignedLong(RawMemory.getInt(ends + 4L * i));
            if (end - to <= SHORT_BYTES && start <= shortMax) {
                RawMemory.putLong(target + to, RawMemory.getLong(data + start));
            } else {
                RawMemory.copy(data + start, target + to, end - to);
            }
            to = end;
        }
    }
}
