// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.dictionary.DictionaryProvider;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

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
    private final int validRows;
    private final @Nullable Supplier<long[]> rowNumbers;
    private final int[] badRows;
    private boolean closed;

    /**
     * A batch that owns {@code columns}.
     *
     * @param columns one vector for each field, each of {@code rows} values
     * @param firstRow the first global row that the batch covers
     * @param checkpoint the state after the batch
     */
    public Batch(Schema schema, List<FieldVector> columns, int rows, long firstRow, Checkpoint checkpoint) {
        this(schema, columns, rows, firstRow, checkpoint, rows, null, new int[0]);
    }

    /**
     * A batch of a shuffled order, that owns {@code columns}.
     *
     * @param columns one vector for each field, each of {@code rows} values
     * @param firstRow the first place of the order that the batch covers
     * @param checkpoint the state after the batch
     * @param validRows how many rows count; those behind them fill the batch up
     * @param rowNumbers finds the numbers of the rows, when somebody asks; null where rows are in the order of the data set
     * @param badRows the rows that could not be read, ascending, among those that count; they have placeholders for values
     */
    public Batch(
            Schema schema,
            List<FieldVector> columns,
            int rows,
            long firstRow,
            Checkpoint checkpoint,
            int validRows,
            @Nullable Supplier<long[]> rowNumbers,
            int[] badRows) {
        this.schema = schema;
        this.columns = List.copyOf(columns);
        this.rows = rows;
        this.firstRow = firstRow;
        this.checkpoint = checkpoint;
        this.validRows = validRows;
        this.rowNumbers = rowNumbers;
        this.badRows = badRows.clone();
    }

    public Schema schema() {
        return schema;
    }

    public int rows() {
        return rows;
    }

    /**
     * How many rows count, bad ones among them. The rows behind them, which only the last batch of a padded order has, fill the batch up:
     * they were, or will be, delivered elsewhere, and must not be learned from or counted.
     */
    public int validRows() {
        return validRows;
    }

    /**
     * Whether a row is one to use: not if it {@linkplain #validRows fills the batch up}, nor if it could not be read and its data set
     * {@linkplain Dataset#badRows(BadRows) masks} such rows. Bad rows have placeholders for values: nulls, or zeros and nothing in
     * columns that have no nulls.
     */
    public boolean isValid(int row) {
        return row < validRows && Arrays.binarySearch(badRows, row) < 0;
    }

    /** The rows that are not {@linkplain #isValid valid}, ascending. */
    public int[] invalidRows() {
        return IntStream.concat(IntStream.of(badRows), IntStream.range(validRows, rows))
                .toArray();
    }

    /**
     * The number of each row in the data set, or, with a filter of a shuffled order that is not local, among the rows that pass; {@link
     * StepOrder#PADDING} in rows that fill up. Depends on neither readers nor threads: what is drawn at random for a row is best drawn
     * from it ({@link Shuffle#rowSeed}). Found anew at each call, which takes a draw for each row of the windows that the batch takes from: fractions of a millisecond with the lanes and windows that are the default.
     *
     * @throws ForebayException of kind {@code unsupported} for a filtered batch in the order of the data set
     */
    public long[] rowNumbers() {
        if (rowNumbers != null) {
            return rowNumbers.get();
        }
        if (nextRow() - firstRow != rows) {
            throw ForebayException.unsupported("rows that passed a filter in the order of the data set have no numbers:"
                    + " firstRow=" + firstRow + ", nextRow=" + nextRow() + ", rows=" + rows);
        }
        return LongStream.range(firstRow, firstRow + rows).toArray();
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

    /** The first global row that the batch covers, or, of a shuffled order, the first place of it; with a filter, rows of the range that did not pass are not in it. */
    public long firstRow() {
        return firstRow;
    }

    /** The global row, or place of a shuffled order, that the next batch starts at; 0 after the last one of an epoch. */
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
