// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Neighbouring ranges share a read, and every range lies within one read. */
class ByteRangeTest {
    @Test
    void nearRangesShareARead() {
        List<ByteRange> ranges = List.of(new ByteRange(20, 5), new ByteRange(0, 10), new ByteRange(13, 2));
        assertThat(ByteRange.coalesce(ranges, 3, 100)).containsExactly(new ByteRange(0, 15), new ByteRange(20, 5));
        assertThat(ByteRange.coalesce(ranges, 5, 100)).containsExactly(new ByteRange(0, 25));
        assertThat(ByteRange.coalesce(ranges, 5, 15)).containsExactly(new ByteRange(0, 15), new ByteRange(20, 5));
    }

    @Test
    void aLongRangeStaysWhole() {
        assertThat(ByteRange.coalesce(List.of(new ByteRange(0, 50)), 0, 10)).containsExactly(new ByteRange(0, 50));
    }

    @Property(tries = 300)
    void everyRangeLiesWithinARead(
            @ForAll @Size(max = 10) List<@IntRange(max = 100) Integer> numbers,
            @ForAll @IntRange(max = 20) int hole,
            @ForAll @IntRange(min = 1, max = 60) int readMax) {
        List<ByteRange> ranges =
                numbers.stream().map(n -> new ByteRange(n, n % 13)).toList();
        List<ByteRange> reads = ByteRange.coalesce(ranges, hole, readMax);
        for (ByteRange range : ranges) {
            assertThat(reads).anyMatch(read -> read.offset() <= range.offset() && range.end() <= read.end());
        }
        assertThat(reads).hasSizeLessThanOrEqualTo(ranges.size());
    }
}
