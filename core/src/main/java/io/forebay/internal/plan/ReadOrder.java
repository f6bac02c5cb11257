// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Checkpoint;

/** The kinds of order that rows are read in, as states and messages name them. */
public enum ReadOrder {
    /** That of the data set. */
    SEQUENTIAL,

    /** A shuffled one, the same for all readers. */
    SHUFFLED,

    /** A shuffled one, of which each reader drops the rows that do not pass its filter. */
    SHUFFLED_LOCAL,

    /** Shuffled ones of several data sets by turns, the same for all readers. */
    MIXED;

    /** The order that is asked for of one data set. */
    public static ReadOrder of(Selection selection) {
        if (selection.shuffle() == null) {
            return SEQUENTIAL;
        }
        return selection.isLocallyFiltered() ? SHUFFLED_LOCAL : SHUFFLED;
    }

    /** The order that a state was taken of. */
    public static ReadOrder of(Checkpoint state) {
        if (state instanceof Checkpoint.Sequential) {
            return SEQUENTIAL;
        }
        if (state instanceof Checkpoint.Mixed) {
            return MIXED;
        }
        return state instanceof Checkpoint.LocallyFiltered ? SHUFFLED_LOCAL : SHUFFLED;
    }
}
