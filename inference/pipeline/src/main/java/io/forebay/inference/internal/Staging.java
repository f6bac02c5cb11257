// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.NioViews;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/** Memory that is kept from batch to batch, and grows. Its owner closes it. */
public final class Staging implements AutoCloseable {
    private final BufferAllocator allocator;
    private @Nullable ArrowBuf buffer;
    private @Nullable ByteBuffer view;

    public Staging(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** At least {@code bytes} bytes, which stay this object's; what was there before is lost when it grows. */
    public ArrowBuf require(long bytes) {
        ArrowBuf current = buffer;
        if (current == null || current.capacity() < bytes) {
            close();
            current = allocator.buffer(Math.max(1, bytes));
            buffer = current;
        }
        return current;
    }

    /**
     * The first {@code bytes} bytes of what {@link #require} gives. It is the same object for as long as neither the memory
     * nor the size changes, so that an engine can tell that what it made of it still holds.
     */
    ByteBuffer view(int bytes) {
        ArrowBuf current = require(bytes);
        ByteBuffer known = view;
        if (known == null || known.limit() != bytes) {
            known = Objects.requireNonNull(NioViews.of(current, 0, bytes));
            view = known;
        }
        return known;
    }

    /** The validity of {@code count} values, none of them null; the caller's. */
    public static ArrowBuf ones(BufferAllocator allocator, int count) {
        ArrowBuf validity = allocator.buffer(Math.max(1, Bits.bytes(count)));
        Bits.fill(validity.memoryAddress(), 0, count, true);
        return validity;
    }

    @Override
    public void close() {
        if (buffer != null) {
            buffer.close();
            buffer = null;
            view = null;
        }
    }
}
