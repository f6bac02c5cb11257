// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.commons.compress.compressors.lz4.FramedLZ4CompressorInputStream;
import org.jspecify.annotations.Nullable;

/** LZ4 frames, whose blocks may refer to those before them. */
final class Lz4FrameDecompressor implements Decompressor {
    private final ArrowBuf chunk;
    private final Compressed compressed;
    private final byte[] decompressed = new byte[CHUNK_BYTES];
    private @Nullable InputStream frames;

    Lz4FrameDecompressor(Source source, BufferAllocator allocator) {
        this.chunk = allocator.buffer(CHUNK_BYTES);
        this.compressed = new Compressed(source, chunk);
    }

    @Override
    public void read(ArrowBuf target, long index, long count) {
        try {
            if (frames == null) {
                frames = new FramedLZ4CompressorInputStream(compressed, true);
            }
            for (long done = 0; done < count; ) {
                int read = frames.read(decompressed, 0, (int) Math.min(decompressed.length, count - done));
                if (read < 0) {
                    throw Decompressor.failed("LZ4_FRAME", "it ends too early");
                }
                RawMemory.copyFromArray(decompressed, 0, target.memoryAddress() + index + done, read);
                done += read;
            }
        } catch (ForebayException e) {
            throw e;
        } catch (IOException | RuntimeException e) { // its blocks are not checked before they are followed
            throw Decompressor.failed("LZ4_FRAME", e.toString());
        }
    }

    @Override
    public void close() {
        chunk.close();
    }

    /** The compressed bytes as a stream. */
    private static final class Compressed extends InputStream {
        private final Source source;
        private final ArrowBuf chunk;
        private ByteBuffer bytes = ByteBuffer.allocate(0);

        Compressed(Source source, ArrowBuf chunk) {
            this.source = source;
            this.chunk = chunk;
        }

        @Override
        public int read() {
            return hasNext() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (length == 0) {
                return 0;
            }
            if (!hasNext()) {
                return -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count;
        }

        private boolean hasNext() {
            if (!bytes.hasRemaining()) {
                int count = source.next(chunk);
                bytes = Objects.requireNonNull(NioViews.of(chunk, 0, count));
            }
            return bytes.hasRemaining();
        }
    }
}
