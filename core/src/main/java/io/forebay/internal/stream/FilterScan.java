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

/** Finds the rows that pass a filter, by reading the columns that it needs and no others. */
public final class FilterScan {
    private FilterScan() {}

    /**
     * Reads the columns of {@code plan}'s filter.
     *
     * @param plan a read of no columns but those
     * @param filterDigest of the filter
     * @throws io.forebay.ForebayException when they cannot be read
     */
    public static SelectedRows run(ReadPlan plan, String filterDigest, Executor workers, Memory memory) {
        List<ManifestUnit> units = plan.manifest().units();
        IdentityHashMap<ManifestUnit, SelectedRows.Builder> passing = new IdentityHashMap<>();
        for (ManifestUnit unit : units) {
            passing.put(unit, new SelectedRows.Builder(unit.rows()));
        }
        try (BufferAllocator allocator = memory.newAllocator("filter");
                SliceScheduler slices = new SliceScheduler(plan, workers, allocator, memory)) {
            for (Slice slice = slices.next(); slice != null; slice = slices.next()) {
                note(slice, Objects.requireNonNull(passing.get(slice.unit.source)));
                slice.release();
            }
        }
        return new SelectedRows(
                filterDigest,
                units.stream()
                        .map(unit -> Objects.requireNonNull(passing.get(unit)).finish())
                        .toArray(SelectedRows.OfUnit[]::new));
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
