// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import org.apache.arrow.vector.FieldVector;

/**
 * Reads one column of a record batch, front to back. A column with children reads as many of theirs as its rows have. One thread at a time;
 * its owner closes it.
 */
interface ColumnReader extends AutoCloseable {
    /**
     * Loads the next {@code rows} rows into {@code target}, an empty vector of the column's logical type. After a failure it
     * is the caller's to close, whatever it holds.
     *
     * @throws io.forebay.ForebayException when the batch has no such rows, or they are damaged
     */
    void read(int rows, FieldVector target);

    /** Passes over {@code rows} rows. */
    void skip(long rows);

    /** Releases what was read ahead, such as a dictionary. */
    @Override
    default void close() {}
}
