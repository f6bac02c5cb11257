// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * NIO views of Arrow buffers. Arrow's own {@code nioBuffer} needs a JVM flag; buffers of a Forebay context do not, since
 * they are slices of direct byte buffers to begin with.
 */
public final class NioViews {
    private NioViews() {}

    /**
     * A direct, native-order view of {@code buffer[offset, offset + length)}, or null when the memory is not that
     * of a Forebay context. The view does not keep the buffer alive: the caller holds a reference while it is in use.
     */
    public static @Nullable ByteBuffer of(ArrowBuf buffer, long offset, int length) {
        if (offset < 0 || length < 0 || offset + length > buffer.capacity()) {
            throw new IndexOutOfBoundsException("view must lie within the buffer: offset=" + offset + ", length="
                    + length + ", capacity=" + buffer.capacity());
        }
        if (buffer.getReferenceManager() instanceof MappedRegion region) {
            return region.window().view(buffer.memoryAddress() + offset, length);
        }
        DirectPool.Block block = DirectPool.blockOf(buffer);
        return block == null ? null : block.view(buffer.memoryAddress() + offset, length);
    }
}
