// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.StepPlan;
import org.jspecify.annotations.Nullable;

/**
 * Which rows a reader gets in which step of an epoch, and the states between: what the batches of a stream hold, found without
 * reading data, but for the columns of a filter. Not thread-safe: it remembers where it was last asked.
 */
public final class StepOrder {
    /** Stands for a slot that is only filled up. */
    public static final long PADDING = -1;

    private final StepPlan plan;
    private StepPlan.@Nullable RowNumbers rows;

    StepOrder(StepPlan plan) {
        this.plan = plan;
    }

    /** Steps from here to the end of the epoch, the same for all readers. */
    public long steps() {
        return plan.steps();
    }

    /**
     * Numbers of the rows that this reader gets in a step, from 0; {@link #PADDING} where a slot is only filled up.
     *
     * @throws ForebayException of kind {@code unsupported} where these are known only once the data are read, as in an order by lengths
     */
    public long[] rows(long step) {
        if (step < 0 || step >= steps()) {
            throw ForebayException.usage("a step must lie within the epoch: step=" + step + ", steps=" + steps());
        }
        if (rows == null) {
            rows = plan.rowNumbers();
        }
        return rows.of(step);
    }

    /** The state after a step: after the last one that of the next epoch; −1 stands for the state before the first. */
    public Checkpoint stateAfter(long step) {
        if (step < -1 || step >= Math.max(1, steps())) {
            throw ForebayException.usage("a step must lie within the epoch: step=" + step + ", steps=" + steps());
        }
        return plan.stateAfter(step);
    }
}
