// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.stream.ColumnBuilder;
import io.forebay.spi.RowsInFile;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** A column of rows from several sources, one behind the other. Not thread-safe; its owner closes it. */
final class Joined implements RowSource.RowTarget, AutoCloseable {
    private final Field field;
    private final int rows;
    private final BufferAllocator allocator;
    private @Nullable ColumnBuilder builder;

    /** @param rows how many rows will be appended */
    Joined(Field field, int rows, BufferAllocator allocator) {
        this.field = field;
        this.rows = rows;
        this.allocator = allocator;
    }

    @Override
    public void append(FieldVector source, boolean nullFree, int @Nullable [] selected, int from, int count) {
        ColumnBuilder made = builder;
        if (made == null) {
            made = ColumnBuilder.like(source, field, allocator, rows);
            builder = made;
        }
        made.expectNullFree(nullFree);
        made.append(source, selected, from, count);
    }

    @Override
    public void append(RowsInFile source, long row, int count) {
        ColumnBuilder made = builder;
        if (made == null) {
            try (FieldVector sample = Dictionaries.newVector(field, allocator)) {
                made = ColumnBuilder.like(sample, field, allocator, rows);
            }
            builder = made;
        }
        made.append(source, row, count);
    }

    boolean isNullFree() {
        return Objects.requireNonNull(builder).isNullFree();
    }

    /** The column, which the caller owns; at least one row was appended. */
    FieldVector finish() {
        return Objects.requireNonNull(builder).finish();
    }

    @Override
    public void close() {
        if (builder != null) {
            builder.close();
        }
    }
}
