// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ShufflePlan;

/** How many windows of each lane are read at once: short runs cost a call for each column and lane. */
final class BlockSize {
    /** Rows that a call decodes without its own cost to matter. */
    private static final int ROWS_BEST = 8192;

    /** What part of the memory budget a block may take: several are in memory at a time. */
    private static final int MEMORY_SHARE = 8;

    /** What part of it units may take that stay as a whole. */
    private static final int UNITS_SHARE = 3;

    private BlockSize() {}

    static int windows(ShufflePlan plan, long limitBytes) {
        long rowBytes = RowBytes.estimate(plan.columns());
        long windowBytes = Math.max(
                1, rowBytes * BlockPlanner.laneCount(plan) * plan.order().windowRows());
        long fitting = limitBytes / MEMORY_SHARE / windowBytes;
        long best = Math.max(1, ROWS_BEST / plan.order().windowRows());
        return (int) Math.max(1, Math.min(best, fitting));
    }

    /** Whether the units that lanes have rows of at one time fit their part of the memory budget as a whole. */
    static boolean unitsFit(ShufflePlan plan, int lanes, long limitBytes) {
        long rowBytes = RowBytes.estimate(plan.columns());
        long rows = plan.columns().manifest().units().stream()
                .mapToLong(ManifestUnit::rows)
                .sorted()
                .skip(Math.max(0, plan.columns().manifest().units().size() - lanes - 1))
                .sum();
        return rows <= limitBytes / UNITS_SHARE / rowBytes;
    }
}
