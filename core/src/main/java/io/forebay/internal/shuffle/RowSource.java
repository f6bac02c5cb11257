// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.spi.RowsInFile;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * A unit as pieces of blocks read it: every column at its own pace, front to back. One thread at a time reads a column; different
 * columns may be read at once.
 */
interface RowSource {
    /** Takes rows of a vector, which it must not keep. */
    interface RowTarget {
        /**
         * Takes rows {@code [from, from + rows)}, or those at {@code selected[from..]} unless that is null.
         *
         * @param nullFree true when it is known that no row is null, nor a value within one
         */
        void append(FieldVector source, boolean nullFree, int @Nullable [] selected, int from, int rows);

        /** Takes {@code rows} rows from {@code row} on, straight from where they lie. */
        void append(RowsInFile source, long row, int rows);
    }

    /**
     * Hands rows of a column on.
     *
     * @param row the first of them, counted among the rows of the unit that are in the order
     * @throws ForebayException when they cannot be read; it says where
     */
    void appendTo(RowTarget target, int column, long row, int rows);

    /** Told when a column of a block has all its rows of it, before any lane leaves it for good. */
    default void rest(int column) {}

    /** Told once by each lane and column that needs no more of it; answers the bytes that were read once nobody does, else 0. */
    long leave(int column);

    /** Whether nobody needs it any more, and it has given everything back. */
    boolean isDone();

    /** Ends reads that somebody waits for, and lets none begin. From any thread. */
    void cancel();

    /** Gives everything back, once, when nobody reads; answers the bytes that were read. */
    long close();
}
