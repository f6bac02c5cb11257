// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.RowSample;
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
        for (; nextUnit < units.size(); nextUnit++) {
            ManifestUnit unit = units.get(nextUnit);
            if (unit.firstRow() >= plan.endRow()) {
                break;
            }
            if (plan.needs(unit)) {
                nextUnit++;
                nextRow = Math.max(nextRow, unit.firstRow());
                current = new OpenUnit(unit);
                return current;
            }
        }
        nextRow = plan.endRow();
        return null;
    }

    private long sliceEnd(OpenUnit unit, long first) {
        long intoBatch = (first - plan.firstRow()) % plan.batchRows();
        long batchEnd = first + plan.batchRows() - intoBatch;
        return Math.min(Math.min(unit.source.endRow(), plan.endRow()), batchEnd);
    }
}
