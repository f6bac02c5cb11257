// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.SelectedRows;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.apache.arrow.memory.BufferAllocator;

/** Finds the rows that pass a filter, by reading the columns that it needs and no others. Closing it from any thread ends it. */
public final class FilterScan implements AutoCloseable {
    private final ReadPlan plan;
    private final BufferAllocator allocator;
    private final SliceScheduler slices;

    /** Guards the allocator's end, which comes once. */
    private boolean closed;

    /** @param plan a read of no columns but those of its filter */
    public FilterScan(ReadPlan plan, Executor workers, Memory memory) {
        this.plan = plan;
        this.allocator = memory.newAllocator("filter");
        this.slices = new SliceScheduler(plan, null, workers, allocator, memory);
    }

    /**
     * Reads the columns of the filter.
     *
     * @param filterDigest of the filter
     * @throws io.forebay.ForebayException when they cannot be read, or of kind {@code cancelled} when it is closed meanwhile
     */
    public synchronized SelectedRows run(String filterDigest) {
        List<ManifestUnit> units = plan.manifest().units();
        IdentityHashMap<ManifestUnit, SelectedRows.Builder> passing = new IdentityHashMap<>();
        for (ManifestUnit unit : units) {
            passing.put(unit, new SelectedRows.Builder(unit.rows()));
        }
        for (Slice slice = slices.next(); slice != null; slice = slices.next()) {
            note(slice, Objects.requireNonNull(passing.get(slice.unit.source)));
            slice.release();
        }
        return new SelectedRows(
                filterDigest,
                units.stream()
                        .map(unit -> Objects.requireNonNull(passing.get(unit)).finish())
                        .toArray(SelectedRows.OfUnit[]::new));
    }

    @Override
    public void close() {
        slices.close(); // ends a wait in run(), which holds the monitor
        synchronized (this) {
            if (!closed) {
                closed = true;
                allocator.close();
            }
        }
    }

    private static void note(Slice slice, SelectedRows.Builder passing) {
        long first = slice.rowInUnit();
        int[] selected = slice.selected;
        if (selected == null) {
            passing.addAll(first, first + slice.rows);
            return;
        }
        for (int row : selected) {
            passing.add(first + row);
        }
    }
}
