// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.forebay.ForebayException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * The deprecated codec {@code LZ4}: Hadoop's framing, in which the size of what a block holds and then the sizes of its chunks
 * go before them, all big-endian. Some writers gave the same name to a bare block, which has no frame.
 */
final class HadoopLz4 implements Codec {
    private static final int SIZE_BYTES = 4;

    private final Lz4Decompressor decompressor = new Lz4Decompressor();

    @Override
    public int decompress(ByteBuffer source, ByteBuffer target) {
        ByteBuffer framed = target.duplicate();
        if (unpackFrames(source.duplicate().order(ByteOrder.BIG_ENDIAN), framed)) {
            return framed.position() - target.position();
        }
        ByteBuffer bare = target.duplicate();
        String reason = unpack(source.duplicate(), bare);
        if (reason != null) {
            throw ForebayException.corrupt("a page must decompress: codec=LZ4, reason=" + reason);
        }
        return bare.position() - target.position();
    }

    /** False where the source is not all frames. */
    private boolean unpackFrames(ByteBuffer source, ByteBuffer target) {
        while (source.remaining() >= SIZE_BYTES) {
            int blockBytes = source.getInt();
            if (blockBytes < 0 || blockBytes > target.remaining()) {
                return false;
            }
            int end = target.position() + blockBytes;
            while (target.position() < end) {
                int chunkBytes = source.remaining() < SIZE_BYTES ? -1 : source.getInt();
                if (chunkBytes <= 0 || chunkBytes > source.remaining()) {
                    return false;
                }
                ByteBuffer chunk = source.slice(source.position(), chunkBytes);
                ByteBuffer room = target.slice(target.position(), end - target.position());
                if (unpack(chunk, room) != null) {
                    return false;
                }
                source.position(source.position() + chunkBytes);
                target.position(target.position() + room.position());
            }
        }
        return !source.hasRemaining();
    }

    /** Decompresses a block, all of it; returns what is wrong with it, or null. */
    private @Nullable String unpack(ByteBuffer block, ByteBuffer target) {
        try {
            decompressor.decompress(block, target);
            return null;
        } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
