// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import io.forebay.internal.memory.NioViews;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Serves many small reads from few large ones: when the first of the announced ranges is asked for, neighbours are
 * fetched together, all at the same time. Reads outside the announced ranges pass through, and so do those for whose fetch
 * memory is short. Thread-safe, but {@link #close} comes after the last read; it closes the reader below and releases the
 * memory.
 */
public final class CoalescingReader implements RangeReader {
    private final RangeReader file;
    private final List<ByteRange> reads;
    private final BufferAllocator allocator;
    private @Nullable List<Fetched> fetched;

    /** A read under way or done. */
    private record Fetched(ByteRange range, ArrowBuf bytes, CompletableFuture<Void> done) {}

    /**
     * @param file the reader below, owned from now on
     * @param ranges what will be asked for
     * @param holeBytesMax gaps up to this length are read along
     * @param readBytesMax a joint read is at most this long
     */
    public CoalescingReader(
            RangeReader file, List<ByteRange> ranges, long holeBytesMax, long readBytesMax, BufferAllocator allocator) {
        this.file = file;
        List<ByteRange> some =
                ranges.stream().filter(range -> range.length() > 0).toList();
        this.reads = ByteRange.coalesce(some, holeBytesMax, readBytesMax);
        this.allocator = allocator;
    }

    /** Fetches the ranges before the first of them is asked for. */
    public void start() {
        fetch();
    }

    @Override
    public StorageObject storageObject() {
        return file.storageObject();
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer target) {
        Fetched read = find(new ByteRange(offset, target.remaining()));
        return read == null ? file.read(offset, target) : read.done.thenRun(() -> copy(read, offset, target));
    }

    @Override
    public @Nullable ArrowBuf held(ByteRange range) {
        Fetched read = find(range);
        if (read == null) {
            return null;
        }
        RangeReader.await(read.done);
        read.bytes.getReferenceManager().retain();
        return read.bytes.slice(range.offset() - read.range.offset(), range.length());
    }

    private @Nullable Fetched find(ByteRange wanted) {
        for (Fetched read : fetch()) {
            if (read.range.offset() <= wanted.offset() && wanted.end() <= read.range.end()) {
                return read;
            }
        }
        return null;
    }

    @Override
    public @Nullable ArrowBuf map(ByteRange range, BufferAllocator owner) {
        return file.map(range, owner);
    }

    @Override
    public void cancel() {
        file.cancel();
    }

    private static void copy(Fetched read, long offset, ByteBuffer target) {
        int from = (int) (offset - read.range.offset());
        target.put(Objects.requireNonNull(NioViews.of(read.bytes, from, target.remaining())));
    }

    private synchronized List<Fetched> fetch() {
        List<Fetched> all = fetched;
        if (all == null) {
            all = new ArrayList<>();
            fetched = all;
            try {
                for (ByteRange range : reads) {
                    int length = Math.toIntExact(range.length());
                    ArrowBuf bytes = allocator.buffer(length);
                    ByteBuffer view = Objects.requireNonNull(NioViews.of(bytes, 0, length));
                    all.add(new Fetched(range, bytes, file.read(range.offset(), view)));
                }
            } catch (OutOfMemoryException e) {
                // the rest will be read as it is asked for
            }
        }
        return all;
    }

    @Override
    public synchronized void close() {
        file.close();
        if (fetched != null) {
            for (Fetched read : fetched) {
                read.done.exceptionally(failure -> null).join(); // the buffer belongs to the read until then
                read.bytes.close();
            }
            fetched = List.of();
        }
    }
}
