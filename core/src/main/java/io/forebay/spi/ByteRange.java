// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * A run of bytes of one object.
 *
 * @param offset the first byte
 * @param length how many
 */
public record ByteRange(long offset, long length) {
    /** One past the last byte. */
    public long end() {
        return offset + length;
    }

    /**
     * The fewest reads that cover all {@code ranges}: ranges whose gap is at most {@code holeBytesMax} share a read, as
     * long as it stays within {@code readBytesMax} (a single longer range stays whole). Sorted by offset.
     */
    public static List<ByteRange> coalesce(List<ByteRange> ranges, long holeBytesMax, long readBytesMax) {
        List<ByteRange> sorted = new ArrayList<>(ranges);
        sorted.sort(Comparator.comparingLong(ByteRange::offset));
        List<ByteRange> reads = new ArrayList<>();
        for (ByteRange range : sorted) {
            ByteRange last = reads.isEmpty() ? null : reads.get(reads.size() - 1);
            if (last != null && range.offset - last.end() <= holeBytesMax) {
                long length = Math.max(last.end(), range.end()) - last.offset;
                if (length <= readBytesMax || range.end() <= last.end()) {
                    reads.set(reads.size() - 1, new ByteRange(last.offset, length));
                    continue;
                }
            }
            reads.add(range);
        }
        return reads;
    }
}
