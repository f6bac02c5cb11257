// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.RowSample;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a plan's rows into slices, in order: at unit boundaries and at multiples of the batch size from the first row.
 * Needs memory for one slice at a time. Not thread-safe.
 */
final class SliceCursor {
    private final ReadPlan plan;
    private final List<ManifestUnit> units;
    private int nextUnit;
    private long nextRow;
    private @Nullable OpenUnit current;

    /** Units that were looked at before their turn. */
    private final Deque<OpenUnit> ahead = new ArrayDeque<>();

    SliceCursor(ReadPlan plan) {
        this.plan = plan;
        this.units = plan.manifest().units();
        this.nextRow = plan.firstRow();
    }

    /** The next slice, its columns not yet decoded, or null at the end. */
    @Nullable
    Slice next() {
        while (nextRow < plan.endRow()) {
            OpenUnit unit = current;
            if (unit == null) {
                unit = advance();
                if (unit == null) {
                    return null;
                }
            }
            long first = nextRow;
            int rows = (int) (sliceEnd(unit, first) - first);
            nextRow = first + rows;
            if (nextRow >= Math.min(unit.source.endRow(), plan.endRow())) {
                unit.planned = true;
                current = null;
            }
            if (unit.isOpen() && !unit.mayPass(first, rows)) {
                continue;
            }
            RowSample sample = plan.sample();
            int[] selected = sample == null ? null : sample.within(first, rows);
            if (selected == null || selected.length > 0) {
                Slice slice = new Slice(unit, first, rows, plan.fields().size());
                slice.selected = selected;
                return slice;
            }
        }
        return null;
    }

    /** Moves on to the next unit that holds wanted rows. */
    private @Nullable OpenUnit advance() {
        OpenUnit unit = ahead.isEmpty() ? find() : ahead.poll();
        current = unit;
        nextRow = unit == null ? plan.endRow() : Math.max(nextRow, unit.source.firstRow());
        return unit;
    }

    private @Nullable OpenUnit find() {
        while (nextUnit < units.size()) {
            ManifestUnit unit = units.get(nextUnit);
            if (unit.firstRow() >= plan.endRow()) {
                return null;
            }
            nextUnit++;
            if (plan.needs(unit)) {
                return new OpenUnit(unit);
            }
        }
        return null;
    }

    /** The units that were looked at before their turn, in order. */
    Collection<OpenUnit> ahead() {
        return ahead;
    }

    /** The first unit of which no slice has been made and that nobody has touched, or null at the end. */
    @Nullable
    OpenUnit firstUntouched() {
        for (OpenUnit unit : ahead) {
            if (unit.isUntouched()) {
                return unit;
            }
        }
        OpenUnit unit = find();
        if (unit != null) {
            ahead.add(unit);
        }
        return unit;
    }

    private long sliceEnd(OpenUnit unit, long first) {
        long intoBatch = (first - plan.firstRow()) % plan.batchRows();
        long batchEnd = first + plan.batchRows() - intoBatch;
        return Math.min(Math.min(unit.source.endRow(), plan.endRow()), batchEnd);
    }
}
