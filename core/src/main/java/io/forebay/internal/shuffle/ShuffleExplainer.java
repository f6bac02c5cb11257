// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Explanation;
import io.forebay.Explanation.ShuffleFigures;
import io.forebay.Shuffle.LengthBuckets;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.internal.plan.LocalFilterPlan;
import io.forebay.internal.plan.ShufflePlan;
import java.util.ArrayList;
import java.util.List;

/** Figures of a shuffled read, without reading. */
public final class ShuffleExplainer {
    private ShuffleExplainer() {}

    /**
     * Adds to the explanation of a read what is to be said of {@code plan}.
     *
     * @param limitBytes the memory budget
     */
    public static Explanation explain(Explanation read, ShufflePlan plan, long limitBytes) {
        ShuffleMemory use = ShuffleMemory.of(plan, limitBytes);
        List<String> warnings = new ArrayList<>(use.warnings());
        LengthBuckets buckets = plan.order().shuffle().buckets();
        if (buckets != null && buckets.rows() * (long) plan.order().lanes() != plan.globalBatch()) {
            warnings.add(
                    "a global batch takes rows of one length when it has those of one bucket of each lane: globalBatch="
                            + plan.globalBatch() + ", bucketRows=" + buckets.rows() + ", lanes="
                            + plan.order().lanes());
        }
        return read.withShuffle(figures(plan, true, use), List.copyOf(warnings));
    }

    /** As {@link #explain(Explanation, ShufflePlan, long)}, of an order whose rows are filtered as they stream. */
    public static Explanation explain(Explanation read, LocalFilterPlan plan, long limitBytes) {
        ShufflePlan allRows = plan.allRows();
        ShuffleMemory use = ShuffleMemory.of(allRows, limitBytes);
        List<String> warnings = new ArrayList<>(use.warnings());
        warnings.add("readers may take different numbers of steps, since the filter drops rows as they stream:"
                + " stepsAtMost=" + allRows.steps());
        return read.withShuffle(figures(allRows, false, use), List.copyOf(warnings));
    }

    private static ShuffleFigures figures(ShufflePlan plan, boolean equalSteps, ShuffleMemory use) {
        long rows = plan.order().rows();
        long globalBatch = plan.globalBatch();
        return new ShuffleFigures(
                rows,
                plan.steps(),
                equalSteps,
                plan.batchRows(),
                use.lanes(),
                adjacentShare(plan.order(), globalBatch),
                rows < 2 ? 1 : Math.min(1, (globalBatch - 1) / (double) (rows - 1)),
                use.peakBytes(),
                use.limitBytes(),
                use.refusal());
    }

    /**
     * How likely rows that follow each other come in one global batch. Of a lane a batch takes {@code cell} rows; two rows of a window
     * of w rows lie d places apart with a chance of 2(w - d)/w², and then in one cell with one of 1 - d/cell.
     */
    static double adjacentShare(EpochOrder order, long globalBatch) {
        if (order.rows() < 2) {
            return 1;
        }
        double cell = Math.max(1, globalBatch / (double) order.lanes());
        long laneRows = Math.max(1, order.rows() / order.lanes());
        long whole = laneRows / order.windowRows();
        long rest = laneRows % order.windowRows();
        double pairs = whole * pairsWithin(order.windowRows(), cell) + pairsWithin((double) rest, cell);
        double windows = whole + (rest > 0 ? 1 : 0);
        double between = Math.max(0, 1 - Math.min(order.windowRows(), laneRows) / cell);
        return (pairs + (windows - 1) * between) / Math.max(1, laneRows - 1);
    }

    /** Of the w - 1 pairs of neighbours in a window, how many are expected to come in one cell. */
    private static double pairsWithin(double w, double cell) {
        if (w < 2) {
            return 0;
        }
        double anyTwo = w >= cell ? cell / w - cell * cell / (3 * w * w) : 1 - w / (3 * cell);
        double twoDifferent = Math.max(0, (anyTwo - 1 / w) / (1 - 1 / w));
        return (w - 1) * twoDifferent;
    }
}
