// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Where strings and binary values are decoded to: Arrow's 32-bit offsets and a data buffer that grows. {@link #close}
 * releases what was not taken. Not thread-safe.
 */
final class BytesTarget implements AutoCloseable {
    private final BufferAllocator allocator;
    private @Nullable ArrowBuf offsets;
    private @Nullable ArrowBuf data;
    private long usedBytes;

    /** What the last batch needed, the first guess for the next. */
    private long expectedBytes;

    BytesTarget(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Makes room for the offsets of {@code rows} values and starts at the first. */
    void start(int rows) {
        close();
        offsets = allocator.buffer(4L * (rows + 1));
        RawMemory.putInt(offsets.memoryAddress(), 0);
        data = allocator.buffer(Math.max(1, expectedBytes));
        usedBytes = 0;
    }

    /** Makes room for the offsets of {@code rows} values, keeping those of the first {@code done}. */
    void reserve(int rows, int done) {
        ArrowBuf old = present(offsets);
        long bytes = 4 * (rows + 1L);
        if (old.capacity() < bytes) {
            ArrowBuf larger = allocator.buffer(Math.max(bytes, 2 * old.capacity()));
            RawMemory.copy(old.memoryAddress(), larger.memoryAddress(), 4 * (done + 1L));
            old.close();
            offsets = larger;
        }
    }

    /** The address of the end offset of value {@code index}. */
    long endAddress(int index) {
        return present(offsets).memoryAddress() + 4L * (index + 1);
    }

    /** Bytes that the values so far take: the start of the next one. */
    int usedBytes() {
        return (int) usedBytes;
    }

    long dataAddress() {
        return present(data).memoryAddress();
    }

    /** Makes room for {@code bytes} more and returns the address where they go; kernels may overshoot by 8 bytes. */
    long append(long bytes) {
        expect(bytes);
        long address = dataAddress() + usedBytes;
        usedBytes += bytes;
        return address;
    }

    /** Makes room for {@code bytes} more, of which the pieces are appended one by one. */
    void expect(long bytes) {
        long needed = usedBytes + bytes;
        if (needed > Integer.MAX_VALUE) {
            throw ForebayException.limit(
                    "a batch holds at most 2 GiB of one column's values, ask for fewer batch rows: bytes=" + needed);
        }
        ArrowBuf old = present(data);
        if (needed > old.capacity()) {
            ArrowBuf larger = allocator.buffer(Math.max(needed, old.capacity() * 3 / 2));
            RawMemory.copy(old.memoryAddress(), larger.memoryAddress(), usedBytes);
            old.close();
            data = larger;
        }
    }

    /** The offsets, which the caller owns from now on. */
    ArrowBuf takeOffsets() {
        ArrowBuf taken = present(offsets);
        offsets = null;
        return taken;
    }

    /** The data up to what is used, which the caller owns from now on. */
    ArrowBuf takeData() {
        ArrowBuf taken = present(data);
        data = null;
        expectedBytes = usedBytes + usedBytes / 8;
        taken.writerIndex(usedBytes);
        return taken;
    }

    private static ArrowBuf present(@Nullable ArrowBuf buffer) {
        if (buffer == null) {
            throw new IllegalStateException("a target must be started before it is used");
        }
        return buffer;
    }

    @Override
    public void close() {
        if (offsets != null) {
            offsets.close();
            offsets = null;
        }
        if (data != null) {
            data.close();
            data = null;
        }
    }
}
