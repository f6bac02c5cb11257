// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The file of one unit, opened for the ranges that are wanted of it. Those of a small unit are read together. Of a larger one
 * they are read as they are asked for, so that memory does not grow with the unit; but from a remote storage neighbours that
 * are short come together still, and long ones some blocks ahead, both from the moment of opening on. Thread-safe, but {@link
 * #close} comes after the last read.
 */
public final class UnitFile implements AutoCloseable {
    /** Units of at most this many wanted bytes are read at once, if they have more than one range or are remote. */
    public static final long SMALL_BYTES = 1 << 20;

    /** What a remote storage is asked for at once: a block of a long range, or short neighbours. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final int JOINT_BYTES_MAX = 4 << 20;
    private static final long HOLE_BYTES_MAX = 64 << 10;

    /** Blocks ahead in a range, where memory allows it. */
    private static final int BLOCKS_AHEAD_MAX = 3;

    /** A unit is read ahead within one part in so many of the memory budget. */
    public static final int AHEAD_SHARE = 8;

    private final RangeReader reader;
    private final boolean remote;
    private final @Nullable CoalescingReader joint;
    private final Set<ByteRange> jointRanges;
    private final int longRanges;
    private final BufferAllocator allocator;
    private final List<ReadAheadReader> ahead = new ArrayList<>();

    private UnitFile(RangeReader file, boolean remote, List<ByteRange> wanted, BufferAllocator allocator) {
        List<ByteRange> together = together(wanted, remote, allocator.getLimit() / AHEAD_SHARE);
        this.remote = remote;
        this.joint = together.isEmpty()
                ? null
                : new CoalescingReader(file, together, HOLE_BYTES_MAX, JOINT_BYTES_MAX, allocator);
        this.reader = joint == null ? file : joint;
        this.jointRanges = new HashSet<>(together);
        this.longRanges = wanted.size() - together.size();
        this.allocator = allocator;
    }

    /**
     * Opens the file.
     *
     * @param wanted what will be read, checked to lie within the file
     */
    public static UnitFile open(
            Storage storage, StorageObject object, List<ByteRange> wanted, BufferAllocator allocator) {
        return new UnitFile(storage.open(object), storage.isRemote(), wanted, allocator);
    }

    /** How many requests a remote storage gets for these ranges of a unit, if all of them are read and none fails. */
    public static long requestCount(List<ByteRange> wanted) {
        List<ByteRange> together = together(wanted, true, Long.MAX_VALUE);
        long requests =
                ByteRange.coalesce(together, HOLE_BYTES_MAX, JOINT_BYTES_MAX).size();
        Set<ByteRange> joint = new HashSet<>(together);
        for (ByteRange range : wanted) {
            requests += joint.contains(range) ? 0 : (range.length() + BLOCK_BYTES - 1) / BLOCK_BYTES;
        }
        return requests;
    }

    /**
     * The ranges that share reads: all of a small unit, unless that is one range at hand, and the short ones of one that is remote, if they
     * fit {@code bytesMax}.
     */
    private static List<ByteRange> together(List<ByteRange> wanted, boolean remote, long bytesMax) {
        List<ByteRange> some =
                wanted.stream().filter(range -> range.length() > 0).toList();
        if (bytes(some) <= SMALL_BYTES && (remote || some.size() > 1)) {
            return some;
        }
        List<ByteRange> shortOnes =
                some.stream().filter(range -> range.length() <= BLOCK_BYTES).toList();
        return remote && bytes(shortOnes) <= bytesMax ? shortOnes : List.of();
    }

    private static long bytes(List<ByteRange> ranges) {
        return ranges.stream().mapToLong(ByteRange::length).sum();
    }

    /** Reads anywhere in the file. */
    public RangeReader reader() {
        return reader;
    }

    /** A reader that one thread uses for {@code range}, front to back; what it asks for first is on its way from now on. */
    public RangeReader frontToBack(ByteRange range) {
        if (!remote) {
            return reader;
        }
        if (joint != null && jointRanges.contains(range)) {
            joint.start();
            return joint;
        }
        long blocks = allocator.getLimit() / AHEAD_SHARE / Math.max(1, longRanges) / BLOCK_BYTES;
        if (blocks < 2) {
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
