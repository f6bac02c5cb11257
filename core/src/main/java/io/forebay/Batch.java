// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Rows as Arrow columns, with their place in the data set. A batch has one owner, who closes it; after that its columns
 * must not be touched. Closing twice does nothing. Not thread-safe, but it may be handed from thread to thread.
 */
public final class Batch implements AutoCloseable {
    private final Schema schema;
    private final List<FieldVector> columns;
    private final int rows;
    private final long firstRow;
    private final Checkpoint checkpoint;
    private boolean closed;

    /**
     * A batch that owns {@code columns}.
     *
     * @param columns one vector for each field, each of {@code rows} values
     * @param firstRow the first global row that the batch covers
     * @param checkpoint the state after the batch
     */
    public Batch(Schema schema, List<FieldVector> columns, int rows, long firstRow, Checkpoint checkpoint) {
        this.schema = schema;
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.firstRow = firstRow;
        this.checkpoint = checkpoint;
    }

    public Schema schema() {
        return schema;
    }

    public int rows() {
        return rows;
    }

    /** The columns in the order of the schema; they belong to the batch. */
    public List<FieldVector> columns() {
        return columns;
    }

    /** The top-level column of this name; it belongs to the batch. */
    public FieldVector column(String name) {
        for (FieldVector column : columns) {
            if (column.getName().equals(name)) {
                return column;
            }
        }
        throw new MissingColumnException(
                name, columns.stream().map(FieldVector::getName).toList(), "batch");
    }

    /** The dictionaries of the columns that have one, as Arrow's writers take them; they belong to the batch. */
    public DictionaryProvider dictionaries() {
        MapDictionaryProvider dictionaries = new MapDictionaryProvider();
        for (FieldVector column : columns) {
            if (column instanceof DictionaryVector encoded) {
                dictionaries.put(encoded.dictionary());
            }
        }
        return dictionaries;
    }

    /** The first global row that the batch covers; with a filter, rows of the range that did not pass are not in it. */
    public long firstRow() {
        return firstRow;
    }

    /** The global row that the next batch starts at. */
    public long nextRow() {
        return checkpoint.nextRow();
    }

    /** The state after this batch: a stream resumed from it delivers the rows that follow. */
    public Checkpoint checkpoint() {
        return checkpoint;
    }

    /** Readable bytes of all buffers, validity included, dictionaries not. */
    public long sizeBytes() {
        long bytes = 0;
        for (FieldVector column : columns) {
            bytes += column.getBufferSize();
        }
        return bytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            columns.forEach(FieldVector::close);
        }
    }
}
