// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.stream.ColumnBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A batch that is being put together, each column on its own. A column is appended to by one thread at a time; the counts are guarded
 * by the scheduler's lock.
 */
final class PendingBatch implements AutoCloseable {
    final long step;
    final int rows;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private final @Nullable ColumnBuilder[] builders;
    private final int[] filled;
    private int columnsLeft;

    /** The numbers of the rows, where they cannot be found from the order alone. */
    private long @Nullable [] rowNumbers;

    PendingBatch(long step, int rows, List<Field> fields, BufferAllocator allocator) {
        this.step = step;
        this.rows = rows;
        this.fields = fields;
        this.allocator = allocator;
        this.builders = new ColumnBuilder[fields.size()];
        this.filled = new int[fields.size()];
        this.columnsLeft = rows == 0 ? 0 : fields.size();
    }

    /** Appends picked rows of a vector, which perhaps has no null, to a column. */
    void append(int column, FieldVector source, boolean nullFree, int[] picks, int from, int count) {
        ColumnBuilder builder = builders[column];
        if (builder == null) {
            builder = ColumnBuilder.like(source, fields.get(column), allocator, rows);
            builders[column] = builder;
        }
        builder.expectNullFree(nullFree);
        builder.append(source, picks, from, count);
    }

    /** Notes the numbers of rows {@code [to, to + count)}: those that picked rows have. */
    void number(long[] numbers, int[] picks, int from, int to, int count) {
        long[] own = rowNumbers;
        if (own == null) {
            own = new long[rows];
            rowNumbers = own;
        }
        for (int i = 0; i < count; i++) {
            own[to + i] = numbers[picks[from + i]];
        }
    }

    /** The numbers of the rows, if they were noted. */
    long @Nullable [] rowNumbers() {
        return rowNumbers;
    }

    /** Notes that rows were appended to a column. */
    void appended(int column, int count) {
        filled[column] += count;
        columnsLeft -= filled[column] == rows ? 1 : 0;
    }

    boolean isComplete() {
        return columnsLeft == 0;
    }

    /** The columns of a complete batch, which the caller owns. */
    List<FieldVector> finish() {
        List<FieldVector> columns = new ArrayList<>();
        try {
            for (int i = 0; i < builders.length; i++) {
                columns.add(
                        rows == 0
                                ? Dictionaries.newVector(fields.get(i), allocator)
                                : Objects.requireNonNull(builders[i]).finish());
            }
            return columns;
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        } finally {
            close();
        }
    }

    @Override
    public void close() {
        for (int i = 0; i < builders.length; i++) {
            ColumnBuilder builder = builders[i];
            if (builder != null) {
                builder.close();
                builders[i] = null;
            }
        }
    }
}
