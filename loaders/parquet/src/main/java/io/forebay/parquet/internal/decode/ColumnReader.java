// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import org.apache.arrow.vector.FieldVector;

/** Decodes one top-level column of one row group. Moves forward only. Not thread-safe; its owner closes it. */
public interface ColumnReader extends AutoCloseable {
    /** Decodes the next {@code rows} rows into a new vector, which the caller owns. */
    FieldVector read(int rows);

    /** Moves past {@code rows} rows; where pages are indexed, those passed over are not even read. */
    void skip(long rows);

    /** Bytes of pages read from storage so far. */
    long bytesRead();

    @Override
    void close();
}
