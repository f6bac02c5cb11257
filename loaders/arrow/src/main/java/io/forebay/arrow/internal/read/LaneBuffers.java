// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.arrow.internal.meta.BatchLayout;
import io.forebay.arrow.internal.meta.BodyCodec;
import io.forebay.spi.ByteRange;
import io.forebay.spi.UnitFile;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The buffers of one lane: named first, opened together, then read. One thread at a time; closed by the lane.
 */
final class LaneBuffers implements AutoCloseable {
    private final BufferAllocator allocator;
    private final List<BufferBytes> buffers = new ArrayList<>();
    private final List<ArrowBuf> mappings = new ArrayList<>();

    LaneBuffers(BufferAllocator allocator) {
        this.allocator = allocator;
    }

    /** Names a buffer, to be read once {@link #open} has been called. */
    BufferBytes add(BatchLayout layout, int buffer) {
        ByteRange range = layout.buffer(buffer);
        BufferBytes bytes = layout.codec() == BodyCodec.NONE
                ? new BufferBytes.Stored(range, allocator)
                : new CompressedBytes(range, layout.codec(), allocator);
        buffers.add(bytes);
        return bytes;
    }

    /** Where the buffers lie in the file. */
    List<ByteRange> ranges() {
        return buffers.stream().map(buffer -> buffer.range).toList();
    }

    /** Opens all buffers. */
    void open(UnitFile file) {
        for (BufferBytes buffer : buffers) {
            ArrowBuf mapping = buffer.canBeMapped() ? file.reader().map(buffer.range, allocator) : null;
            if (mapping != null) {
                mappings.add(mapping);
                buffer.open(mapping);
            } else {
                buffer.open(file.frontToBack(buffer.range));
            }
        }
    }

    /** Whether a failure has shown that nothing behind what was read of one of them can be read. */
    boolean areBroken() {
        return buffers.stream().anyMatch(BufferBytes::isBroken);
    }

    /** Bytes taken from the file so far. */
    long bytesRead() {
        return buffers.stream().mapToLong(buffer -> buffer.bytesRead).sum();
    }

    @Override
    public void close() {
        buffers.forEach(BufferBytes::close);
        mappings.forEach(ArrowBuf::close);
        mappings.clear();
    }
}
