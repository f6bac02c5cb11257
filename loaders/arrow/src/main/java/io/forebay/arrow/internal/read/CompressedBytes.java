// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.arrow.internal.meta.BodyCodec;
import io.forebay.internal.memory.RawMemory;
import io.forebay.spi.ByteRange;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * A compressed buffer, decompressed as far as it is asked for. Eight bytes say how long it is decompressed; −1 there says that
 * the bytes behind are as they are, since compression did not make them shorter.
 */
final class CompressedBytes extends BufferBytes {
    private static final int PREFIX_BYTES = Long.BYTES;
    private static final int SKIP_BYTES = 64 << 10;

    private final BodyCodec codec;
    private boolean started;

    /** How far the compressed bytes have been read, and the decompressed ones, of {@link #sizeBytes}. */
    private long compressedPosition;

    private long position;
    private long sizeBytes;
    private @Nullable Decompressor decompressor;

    /** Whether bytes did not decompress: neither will those behind them. */
    private boolean broken;

    CompressedBytes(ByteRange range, BodyCodec codec, BufferAllocator allocator) {
        super(range, allocator);
        this.codec = codec;
    }

    @Override
    long remaining() {
        start();
        return sizeBytes - position;
    }

    /** Reads the length, once. */
    private void start() {
        if (started || isAbsent()) {
            return;
        }
        if (range.length() < PREFIX_BYTES) {
            throw ForebayException.corrupt("a compressed buffer starts with its length: bytes=" + range.length());
        }
        long claimed;
        try (ArrowBuf prefix = allocator.buffer(PREFIX_BYTES)) {
            readFile(0, prefix, 0, PREFIX_BYTES);
            claimed = RawMemory.getLong(prefix.memoryAddress());
        }
        if (claimed < -1) {
            throw ForebayException.corrupt("a compressed buffer must not be shorter than nothing: bytes=" + claimed);
        }
        if (claimed == -1) {
            sizeBytes = range.length() - PREFIX_BYTES;
        } else {
            sizeBytes = claimed;
            decompressor = codec == BodyCodec.ZSTD
                    ? new ZstdDecompressor(this::nextCompressed, allocator)
                    : new Lz4FrameDecompressor(this::nextCompressed, allocator);
        }
        started = true;
        compressedPosition = PREFIX_BYTES;
    }

    /** Fills {@code target} with the next compressed bytes; returns how many, 0 at the end. */
    private int nextCompressed(ArrowBuf target) {
        int count = (int) Math.min(target.capacity(), range.length() - compressedPosition);
        readFile(compressedPosition, target, 0, count);
        compressedPosition += count;
        return count;
    }

    @Override
    void move(ArrowBuf target, long index, long count) {
        if (decompressor == null) {
            readFile(PREFIX_BYTES + position, target, index, count);
        } else {
            decompress(target, index, count);
        }
        position += count;
    }

    private void decompress(ArrowBuf target, long index, long count) {
        try {
            Objects.requireNonNull(decompressor).read(target, index, count);
        } catch (ForebayException e) {
            broken = e.kind() == ForebayException.Kind.CORRUPT;
            throw e;
        }
    }

    @Override
    boolean isBroken() {
        return broken;
    }

    @Override
    void pass(long count) {
        if (decompressor == null) {
            position += count;
            return;
        }
        try (ArrowBuf skipped = allocator.buffer(Math.min(count, SKIP_BYTES))) {
            for (long left = count; left > 0; ) {
                long part = Math.min(left, SKIP_BYTES);
                move(skipped, 0, part);
                left -= part;
            }
        }
    }

    @Override
    @Nullable
    ArrowBuf view(long count) {
        return null;
    }

    @Override
    public void close() {
        if (decompressor != null) {
            decompressor.close();
            decompressor = null;
        }
    }
}
