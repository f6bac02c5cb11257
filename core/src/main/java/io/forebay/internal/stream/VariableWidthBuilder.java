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

    private static final int PICK_ROWS = 512;

    private long bytes;

    VariableWidthBuilder(Field field, BufferAllocator allocator, int capacity) {
        super(field, allocator, capacity);
        ArrowBuf offsets = add(4L * (capacity + 1L));
        RawMemory.putInt(offsets.memoryAddress(), 0);
        add(0);
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
            for (int done = 0; done < count; done += PICK_ROWS) { // few enough for what is looked at twice to be near
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
        long ends = buffers.get(1).memoryAddress() + 4L * (rows + 1);
        int shift = Math.toIntExact(bytes - start);
        for (int i = 0; i < count; i++) {
            RawMemory.putInt(ends + 4L * i, RawMemory.getInt(offsets + 4L * (i + 1)) + shift);
        }
        RawMemory.copy(source.getDataBufferAddress() + start, buffers.get(2).memoryAddress() + bytes, length);
        bytes += length;
    }

    private void appendPicked(FieldVector source, int[] selected, int from, int count, int rowsBefore) {
        long offsets = offsetsOf(source);
        long ends = buffers.get(1).memoryAddress() + 4L * (rows + rowsBefore + 1);
        long end = pickEnds(offsets, selected, from, count, bytes, ends);
        reserveData(end + SHORT_BYTES, bytes);
        long shortMax = source.getDataBuffer().capacity() - SHORT_BYTES;
        pickBytes(
                source.getDataBufferAddress(),
                shortMax,
                offsets,
                selected,
                from,
                count,
                ends,
                bytes,
                buffers.get(2).memoryAddress());
        bytes = end;
    }

    /** Writes where each picked string ends if the first starts at {@code start}; answers where the last one does. */
    private static long pickEnds(long offsets, int[] selected, int from, int count, long start, long ends) {
        long end = start;
        for (int i = 0; i < count; i++) {
            long entry = offsets + 4L * selected[from + i];
            end += RawMemory.getInt(entry + 4) - RawMemory.getInt(entry);
            RawMemory.putInt(ends + 4L * i, (int) end);
        }
        return end;
    }

    /** Copies picked strings to where they end. What a short one copies too much is written over by the next. */
    private static void pickBytes(
            long data,
            long shortMax,
            long offsets,
            int[] selected,
            int from,
            int count,
            long ends,
            long first,
            long target) {
        long to = first;
        for (int i = 0; i < count; i++) {
            int start = RawMemory.getInt(offsets + 4L * selected[from + i]);
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
