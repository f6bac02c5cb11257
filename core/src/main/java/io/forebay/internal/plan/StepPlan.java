// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Checkpoint;

/** What one reader gets in each step of an epoch, or of what is left of it. Immutable. */
public interface StepPlan {
    /** Finds the rows of steps. Not thread-safe: it remembers where it was last asked. */
    interface RowNumbers {
        /** The numbers of the rows of a step; {@link io.forebay.StepOrder#PADDING} for those that fill it up. */
        long[] of(long step);
    }

    /** Steps that all readers take from here to the end of the epoch. */
    long steps();

    /**
     * Finds the rows of steps, without reading them.
     *
     * @throws io.forebay.ForebayException of kind {@code unsupported} where that takes reading
     */
    RowNumbers rowNumbers();

    /** The state after a step, −1 for that before the first one; after the last one that of the next epoch. */
    Checkpoint stateAfter(long step);
}
