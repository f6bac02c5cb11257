// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.filter.BoundFilter;
import io.forebay.internal.filter.RowRanges;
import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.mask.MaskingReader;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.spi.UnitReader;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * What workers do to slices: open their units, decode their lanes, and find the rows that pass the filter. Whoever calls has claimed the
 * unit or the lane; other lanes may be decoded at the same time.
 */
final class SliceDecoder {
    private final ReadPlan plan;
    private final @Nullable BadRowLog badRows;
    private final BufferAllocator allocator;
    private final @Nullable BoundFilter filter;
    private final boolean[] filterColumns;

    /** @param badRows where bad rows are noted, or null where they are failures */
    SliceDecoder(ReadPlan plan, @Nullable BadRowLog badRows, BufferAllocator allocator) {
        this.plan = plan;
        this.badRows = badRows;
        this.allocator = allocator;
        this.filter = plan.filter();
        this.filterColumns = new boolean[plan.fields().size()];
        if (filter != null) {
            Arrays.stream(filter.columns()).forEach(column -> filterColumns[column] = true);
        }
    }

    /** Opens a unit, unless its indexes tell that no row passes. */
    void open(OpenUnit unit) {
        RowRanges candidates = plan.candidates(unit.source, allocator);
        unit.takeCandidates(candidates);
        if (!candidates.isEmpty()) {
            unit.takeOver(MaskingReader.open(unit.source, plan.fields(), allocator, badRows), filterColumns);
        }
    }

    /** Decodes the rows of a lane that may pass. Who decodes the last lane that the filter needs finds those that do. */
    void decode(Slice slice, int ordinal) {
        OpenUnit.Lane lane = slice.unit.lanes()[ordinal];
        if (slice.selectedCount() > 0) {
            read(slice, lane, ordinal);
        }
        if (lane.filtered && slice.countDownFilterLanes() && slice.selectedCount() > 0) {
            evaluateFilter(slice, Objects.requireNonNull(filter));
        }
    }

    private static void read(Slice slice, OpenUnit.Lane lane, int ordinal) {
        UnitReader reader = slice.unit.reader();
        if (lane.row < slice.rowInUnit()) {
            reader.skip(ordinal, slice.rowInUnit() - lane.row);
        }
        int[] selected = slice.selected;
        FieldVector[] some =
                lane.filtered || selected == null ? null : reader.readSelected(ordinal, slice.rows, selected);
        slice.take(lane, some == null ? reader.read(ordinal, slice.rows) : some, some != null);
        lane.row = slice.rowInUnit() + slice.rows;
    }

    private void evaluateFilter(Slice slice, BoundFilter bound) {
        int[] passing = bound.select(column -> Objects.requireNonNull(slice.columns[column]), slice.rows);
        if (badRows != null && !badRows.isEmpty()) {
            passing = withoutBad(slice, passing, badRows.within(slice.firstRow, slice.rows, filterColumns));
        }
        if (passing.length < slice.rows) { // else the slice may still be passed on whole
            slice.selected = slice.selected == null ? passing : intersection(slice.selected, passing);
        }
    }

    /** A row of which the filter's own columns are bad does not pass, whatever stands in for their values. */
    private static int[] withoutBad(Slice slice, int[] passing, BitSet bad) {
        int[] wanted = slice.selected;
        slice.unfiltered = bad.stream()
                .filter(row -> slice.unit.mayPass(slice.firstRow + row, 1))
                .filter(row -> wanted == null || Arrays.binarySearch(wanted, row) >= 0)
                .toArray();
        return bad.isEmpty()
                ? passing
                : Arrays.stream(passing).filter(row -> !bad.get(row)).toArray();
    }

    private static int[] intersection(int[] left, int[] right) {
        return Arrays.stream(left)
                .filter(row -> Arrays.binarySearch(right, row) >= 0)
                .toArray();
    }
}
