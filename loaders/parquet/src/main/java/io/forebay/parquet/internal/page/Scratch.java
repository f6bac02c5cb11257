// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A direct buffer that grows to the largest size asked for. Its memory counts against the budget. Not thread-safe; its
 * owner closes it.
 */
public final class Scratch implements AutoCloseable {
    private final BufferAllocator allocator;
    private @Nullable ArrowBuf buffer;
    private @Nullable ByteBuffer shared;

    public Scratch(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Makes room for {@code bytes}; what was in the buffer is lost when it has to grow. */
    public void ensure(long bytes) {
        if (buffer == null || buffer.capacity() < bytes) {
            close();
            buffer = allocator.buffer(Math.max(bytes, 1));
        }
    }

    /** As {@link #ensure}, keeping the first {@code kept} bytes. */
    public void ensureKeeping(long bytes, long kept) {
        ArrowBuf old = buffer;
        if (old == null || old.capacity() < bytes) {
            ArrowBuf larger = allocator.buffer(Math.max(bytes, old == null ? 1 : 2 * old.capacity()));
            if (old != null) {
                RawMemory.copy(old.memoryAddress(), larger.memoryAddress(), kept);
                old.close();
            }
            buffer = larger;
            shared = null;
        }
    }

    /** Takes {@code bytes} for its own, as they are. Nobody writes there. */
    public void adopt(ArrowBuf bytes) {
        close();
        buffer = bytes;
    }

    /** The buffer, which the caller owns from now on. */
    public ArrowBuf take() {
        ArrowBuf taken = Objects.requireNonNull(buffer);
        buffer = null;
        shared = null;
        return taken;
    }

    public long capacity() {
        return buffer == null ? 0 : buffer.capacity();
    }

    public long address() {
        return Objects.requireNonNull(buffer).memoryAddress();
    }

    /** The one view of the buffer's memory, moved to {@code [offset, offset + length)}; good until the next call. */
    public ByteBuffer view(int offset, int length) {
        ByteBuffer whole = shared;
        if (whole == null) {
            ArrowBuf owner = Objects.requireNonNull(buffer);
            whole = Objects.requireNonNull(NioViews.of(owner, 0, (int) owner.capacity()));
            shared = whole;
        }
        whole.clear().position(offset).limit(offset + length);
        return whole;
    }

    @Override
    public void close() {
        if (buffer != null) {
            buffer.close();
            buffer = null;
            shared = null;
        }
    }
}
