// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.dictionary;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.hash.MurmurHasher;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;

/** Different strings or binary values, numbered in the order in which they were first added. Not thread-safe. */
public final class ValueTable implements AutoCloseable {
    private static final int SLOTS_LEAST = 64;
    private static final int SLOTS_MOST = 1 << 28;
    private static final MurmurHasher HASHER = new MurmurHasher();

    private final BufferAllocator allocator;

    /** The start of each value, and the end of the last. */
    private ArrowBuf offsets;

    private ArrowBuf data;
    private int size;

    /** Open addressing, at most half full: the number of a value, plus one. */
    private int[] slots;

    /**
     * An empty table.
     *
     * @param expected values, and their bytes: with more it grows
     */
    public ValueTable(int expected, long expectedBytes, BufferAllocator allocator) {
        this.allocator = allocator;
        this.slots = new int[Math.max(SLOTS_LEAST, Integer.highestOneBit(Math.min(expected, SLOTS_MOST)) << 2)];
        this.offsets = allocator.buffer(Integer.BYTES * (expected + 1L));
        try {
            this.data = allocator.buffer(Math.max(1, expectedBytes));
        } catch (RuntimeException e) {
            offsets.close();
            throw e;
        }
        RawMemory.putInt(offsets.memoryAddress(), 0);
    }

    /**
     * The number of the value that lies from {@code start} to {@code end}, which is added if it is new.
     *
     * @param data what the two count from
     */
    public int add(long data, int start, int end) {
        long address = data + start;
        int length = end - start;
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
