// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** Decodes one top-level column of one row group. Moves forward only. Not thread-safe; its owner closes it. */
public interface ColumnReader extends AutoCloseable {
    /** Decodes the next {@code rows} rows into a new vector, which the caller owns. */
    FieldVector read(int rows);

    /**
     * Decodes of the next {@code rows} rows those at {@code selected} into a new vector, which the caller owns, and moves past
     * all of them; or returns null, and does nothing, if it is faster to read them all.
     *
     * @param selected ordinals among the {@code rows} rows, ascending, few of them next to each other
     */
    @Nullable
    FieldVector readSelected(int rows, int[] selected);

    /** Moves past {@code rows} rows; where pages are indexed, those passed over are not even read. */
    void skip(long rows);

    /** Bytes of pages read from storage so far. */
    long bytesRead();

    /** Gives the memory of pages back. May be called again; {@link #bytesRead} is still answered then. */
    @Override
    void close();
}
