// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The file of one unit, opened for the ranges that are wanted of it. Those of a small unit are read together; those of a
 * larger one as they are asked for, so that memory does not grow with the unit, and from a remote storage some blocks ahead.
 * Thread-safe, but {@link #close} comes after the last read.
 */
public final class UnitFile implements AutoCloseable {
    /** Units of at most this many wanted bytes are read at once. */
    private static final long SMALL_BYTES = 1 << 20;

    private static final long HOLE_BYTES_MAX = 64 << 10;

    /** What one request asks of a remote storage, and how many of them are ahead in a range, where memory allows it. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final int BLOCKS_AHEAD_MAX = 3;

    /** The ranges of a unit together are read ahead within one part in so many of the memory budget. */
    private static final int AHEAD_SHARE = 8;

    private final RangeReader reader;
    private final int rangeCount;
    private final BufferAllocator allocator;
    private final List<ReadAheadReader> ahead = new ArrayList<>();

    private UnitFile(RangeReader file, List<ByteRange> wanted, BufferAllocator allocator) {
        long bytes = wanted.stream().mapToLong(ByteRange::length).sum();
        this.reader = bytes <= SMALL_BYTES
                ? new CoalescingReader(file, wanted, HOLE_BYTES_MAX, SMALL_BYTES, allocator)
                : file;
        this.rangeCount = wanted.size();
        this.allocator = allocator;
    }

    /**
     * Opens the file.
     *
     * @param wanted what will be read, checked to lie within the file
     */
    public static UnitFile open(
            Storage storage, StorageObject object, List<ByteRange> wanted, BufferAllocator allocator) {
        return new UnitFile(storage.open(object), wanted, allocator);
    }

    /** How many requests a remote storage gets for these ranges of a unit, if all of them are read and none fails. */
    public static long requestCount(List<ByteRange> wanted) {
        long bytes = wanted.stream().mapToLong(ByteRange::length).sum();
        return bytes <= SMALL_BYTES
                ? ByteRange.coalesce(withBytes(wanted), HOLE_BYTES_MAX, SMALL_BYTES)
                        .size()
                : wanted.stream()
                        .mapToLong(range -> (range.length() + BLOCK_BYTES - 1) / BLOCK_BYTES)
                        .sum();
    }

    private static List<ByteRange> withBytes(List<ByteRange> ranges) {
        return ranges.stream().filter(range -> range.length() > 0).toList();
    }

    /** Reads anywhere in the file. */
    public RangeReader reader() {
        return reader;
    }

    /** A reader that one thread uses for {@code range}, front to back; what it asks for first is on its way from now on. */
    public RangeReader frontToBack(ByteRange range) {
        long blocks = allocator.getLimit() / AHEAD_SHARE / Math.max(1, rangeCount) / BLOCK_BYTES;
        if (!reader.isRemote() || blocks < 2) {
            return reader;
        }
        int blocksAhead = (int) Math.min(BLOCKS_AHEAD_MAX, blocks - 1);
        ReadAheadReader lane = new ReadAheadReader(reader, range, BLOCK_BYTES, blocksAhead, allocator);
        ahead.add(lane);
        lane.start();
        return lane;
    }

    /** Ends reads that somebody waits for. From any thread. */
    public void cancel() {
        reader.cancel();
    }

    @Override
    public void close() {
        reader.cancel();
        ahead.forEach(ReadAheadReader::close);
        reader.close();
    }
}
