// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.dictionary;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.ArrowBufPointer;
import org.apache.arrow.memory.util.hash.MurmurHasher;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Different strings or binary values, numbered in the order in which they were first added. Not thread-safe. */
public final class ValueTable implements AutoCloseable {
    private static final int SLOTS_LEAST = 64;
    private static final MurmurHasher HASHER = new MurmurHasher();

    private final BufferAllocator allocator;

    /** The start of each value, and the end of the last. */
    private ArrowBuf offsets;

    private ArrowBuf data;
    private int size;

    /** Open addressing, at most half full: the number of a value, plus one. */
    private int[] slots = new int[SLOTS_LEAST];

    public ValueTable(BufferAllocator allocator) {
        this.allocator = allocator;
        this.offsets = allocator.buffer(Integer.BYTES * (SLOTS_LEAST + 1L));
        try {
            this.data = allocator.buffer(SLOTS_LEAST);
        } catch (RuntimeException e) {
            offsets.close();
            throw e;
        }
        RawMemory.putInt(offsets.memoryAddress(), 0);
    }

    /**
     * The number of a value, which is added if it is new.
     *
     * @param row one of {@code vector} that is not null
     * @param cell is overwritten
     */
    public int add(FieldVector vector, int row, ArrowBufPointer cell) {
        ByteCells.locate(vector, row, cell);
        int length = (int) cell.getLength();
        long address = length == 0 ? 0 : cell.getBuf().memoryAddress() + cell.getOffset();
        int slot = slotOf(address, length);
        while (slots[slot] != 0) {
            int value = slots[slot] - 1;
            if (length(value) == length && ByteCells.areEqual(address(value), address, length)) {
                return value;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        append(address, length);
        slots[slot] = size;
        if (2 * size > slots.length) {
            grow();
        }
        return size - 1;
    }

    private int slotOf(long address, int length) {
        return HASHER.hashCode(address, length) & (slots.length - 1);
    }

    private int start(int value) {
        return RawMemory.getInt(offsets.memoryAddress() + (long) Integer.BYTES * value);
    }

    private int length(int value) {
        return start(value + 1) - start(value);
    }

    private long address(int value) {
        return data.memoryAddress() + start(value);
    }

    private void append(long address, int length) {
        long used = start(size);
        if (used + length > Integer.MAX_VALUE) {
            throw ForebayException.limit(
                    "a dictionary holds at most 2 GiB of values, ask for fewer batch rows: bytes=" + (used + length));
        }
        data = withRoom(data, used, used + length);
        offsets = withRoom(offsets, Integer.BYTES * (size + 1L), Integer.BYTES * (size + 2L));
        RawMemory.copy(address, data.memoryAddress() + used, length);
        size++;
        RawMemory.putInt(offsets.memoryAddress() + (long) Integer.BYTES * size, (int) used + length);
    }

    /** The buffer, or a larger one in its place that keeps the first {@code used} bytes. */
    private ArrowBuf withRoom(ArrowBuf buffer, long used, long bytes) {
        if (bytes <= buffer.capacity()) {
            return buffer;
        }
        ArrowBuf larger = allocator.buffer(Math.max(bytes, 2 * buffer.capacity()));
        RawMemory.copy(buffer.memoryAddress(), larger.memoryAddress(), used);
        buffer.close();
        return larger;
    }

    private void grow() {
        slots = new int[2 * slots.length];
        for (int value = 0; value < size; value++) {
            int slot = slotOf(address(value), length(value));
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = value + 1;
        }
    }

    /** Hands the values, in the order of their numbers, to the empty {@code vector}, and is used up. */
    public void fill(FieldVector vector) {
        try (ArrowBuf validity = allocator.buffer(Bits.bytes(size))) {
            Bits.fill(validity.memoryAddress(), 0, size, true);
            vector.loadFieldBuffers(new ArrowFieldNode(size, 0), List.of(validity, offsets, data));
        }
    }

    @Override
    public void close() {
        offsets.close();
        data.close();
    }
}
