// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.spi.RowRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;

/** Some rows of a unit, as ascending ranges that neither overlap nor touch. Immutable. */
public record RowRanges(List<RowRange> ranges) {
    public static final RowRanges NONE = new RowRanges(List.of());

    /** The first {@code rows} rows. */
    public static RowRanges first(long rows) {
        return rows == 0 ? NONE : new RowRanges(List.of(new RowRange(0, rows)));
    }

    /** The rows of any of {@code some}, in whatever order they come. */
    static RowRanges union(List<RowRange> some) {
        List<RowRange> sorted = some.stream()
                .filter(range -> range.rows() > 0)
                .sorted(Comparator.comparingLong(RowRange::first))
                .toList();
        List<RowRange> merged = new ArrayList<>();
        for (RowRange range : sorted) {
            RowRange last = merged.isEmpty() ? null : merged.get(merged.size() - 1);
            if (last != null && range.first() <= last.end()) {
                merged.set(merged.size() - 1, new RowRange(last.first(), Math.max(last.end(), range.end())));
            } else {
                merged.add(range);
            }
        }
        return new RowRanges(List.copyOf(merged));
    }

    RowRanges or(RowRanges other) {
        List<RowRange> both = new ArrayList<>(ranges);
        both.addAll(other.ranges);
        return union(both);
    }

    RowRanges and(RowRanges other) {
        List<RowRange> common = new ArrayList<>();
        int left = 0;
        int right = 0;
        while (left < ranges.size() && right < other.ranges.size()) {
            RowRange a = ranges.get(left);
            RowRange b = other.ranges.get(right);
            long first = Math.max(a.first(), b.first());
            long end = Math.min(a.end(), b.end());
            if (first < end) {
                common.add(new RowRange(first, end));
            }
            if (a.end() < b.end()) {
                left++;
            } else {
                right++;
            }
        }
        return new RowRanges(List.copyOf(common));
    }

    /** The ranges of which a condition is true. */
    public RowRanges where(Predicate<RowRange> condition) {
        return new RowRanges(ranges.stream().filter(condition).toList());
    }

    public boolean isEmpty() {
        return ranges.isEmpty();
    }

    /** How many rows there are. */
    public long rows() {
        return ranges.stream().mapToLong(RowRange::rows).sum();
    }

    /** Whether one of the rows lies in {@code [first, end)}. */
    public boolean overlaps(long first, long end) {
        int low = 0;
        int high = ranges.size();
        while (low < high) { // the first range that ends behind the first row
            int middle = (low + high) >>> 1;
            if (ranges.get(middle).end() <= first) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low < ranges.size() && ranges.get(low).first() < end;
    }
}
