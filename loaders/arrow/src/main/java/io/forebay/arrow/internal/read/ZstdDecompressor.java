// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.forebay.internal.memory.NioViews;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Zstandard frames, from direct memory to direct memory. */
final class ZstdDecompressor implements Decompressor {
    private final Source source;
    private final ArrowBuf chunk;
    private final ZstdDecompressCtx context = new ZstdDecompressCtx();
    private ByteBuffer compressed = ByteBuffer.allocateDirect(0);

    ZstdDecompressor(Source source, BufferAllocator allocator) {
        this.source = source;
        this.chunk = allocator.buffer(CHUNK_BYTES);
    }

    @Override
    public void read(ArrowBuf target, long index, long count) {
        int done = 0;
        while (done < count) {
            ByteBuffer out = Objects.requireNonNull(NioViews.of(target, index + done, (int) (count - done)));
            int before = compressed.remaining();
            try {
                context.decompressDirectByteBufferStream(out, compressed);
            } catch (ZstdException e) {
                throw Decompressor.failed("ZSTD", e.getMessage());
            }
            done += out.position();
            if (out.position() == 0 && compressed.remaining() == before) {
                refill();
            }
        }
    }

    private void refill() {
        if (compressed.hasRemaining()) {
            throw Decompressor.failed("ZSTD", "no progress");
        }
        int count = source.next(chunk);
        if (count == 0) {
            throw Decompressor.failed("ZSTD", "it ends too early");
        }
        compressed = Objects.requireNonNull(NioViews.of(chunk, 0, count));
    }

    @Override
    public void close() {
        context.close();
        chunk.close();
    }
}
