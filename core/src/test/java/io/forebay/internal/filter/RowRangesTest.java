// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.RowRange;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Ranges of rows behave as the sets of rows that they are. */
class RowRangesTest {
    private static final int ROWS = 40;

    @Property
    void rangesAreSets(
            @ForAll @Size(max = 6) List<@IntRange(max = 30) Integer> a,
            @ForAll @Size(max = 6) List<@IntRange(max = 30) Integer> b,
            @ForAll @IntRange(max = 30) int first,
            @ForAll @IntRange(min = 1, max = 8) int length) {
        RowRanges left = ranges(a);
        RowRanges right = ranges(b);
        BitSet union = set(left);
        union.or(set(right));
        BitSet common = set(left);
        common.and(set(right));
        requireSame(left.or(right), union);
        requireSame(left.and(right), common);
        assertThat(left.overlaps(first, first + length))
                .isEqualTo(!set(left).get(first, first + length).isEmpty());
    }

    /** Ranges that start at these rows, and may overlap. */
    private static RowRanges ranges(List<Integer> starts) {
        List<RowRange> ranges = new ArrayList<>();
        starts.forEach(start -> ranges.add(new RowRange(start, start + start % 5)));
        RowRanges union = RowRanges.union(ranges);
        BitSet set = new BitSet(ROWS);
        ranges.forEach(range -> set.set((int) range.first(), (int) range.end()));
        requireSame(union, set);
        return union;
    }

    private static void requireSame(RowRanges ranges, BitSet set) {
        assertThat(set(ranges)).isEqualTo(set);
        assertThat(ranges.rows()).isEqualTo(set.cardinality());
        assertThat(ranges.isEmpty()).isEqualTo(set.isEmpty());
        long last = -1;
        for (RowRange range : ranges.ranges()) {
            assertThat(range.first()).as("neither overlaps nor touches").isGreaterThan(last);
            last = range.end();
        }
    }

    private static BitSet set(RowRanges ranges) {
        BitSet set = new BitSet(ROWS);
        ranges.ranges().forEach(range -> set.set((int) range.first(), (int) range.end()));
        return set;
    }
}
