// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.internal.stream.ColumnBuilder;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A column that is put together from rows that could be read and placeholders for others. Each part is copied and closed at once, so that its
 * memory does not grow with their number; only where there is one, it is the column. Not thread-safe; its owner closes it.
 */
final class RowParts implements AutoCloseable {
    private final Field field;
    private final int rows;
    private final BufferAllocator allocator;

    /** The first part, as long as there is no other. */
    private @Nullable FieldVector only;

    private @Nullable ColumnBuilder builder;

    /** Placeholders behind the parts. */
    private int bad;

    /** @param rows that there will be */
    RowParts(Field field, int rows, BufferAllocator allocator) {
        this.field = field;
        this.rows = rows;
        this.allocator = allocator;
    }

    /** Takes over rows that could be read. */
    void add(FieldVector part) {
        try {
            addPlaceholders();
        } catch (RuntimeException | Error e) {
            part.close();
            throw e;
        }
        append(part);
    }

    void addBad(int count) {
        bad += count;
    }

    private void addPlaceholders() {
        if (bad > 0) {
            append(Placeholders.of(field, bad, allocator));
            bad = 0;
        }
    }

    private void append(FieldVector part) {
        if (only == null && builder == null) {
            only = part;
            return;
        }
        try (part) {
            builder().append(part, null, 0, part.getValueCount());
        }
    }

    private ColumnBuilder builder() {
        FieldVector first = only;
        if (first == null) {
            return Objects.requireNonNull(builder);
        }
        ColumnBuilder made = ColumnBuilder.like(first, field, allocator, rows);
        builder = made;
        only = null;
        try (first) {
            made.append(first, null, 0, first.getValueCount());
        }
        return made;
    }

    /** All rows, which the caller owns. */
    FieldVector finish() {
        addPlaceholders();
        FieldVector whole = only;
        only = null;
        return whole == null ? Objects.requireNonNull(builder).finish() : whole;
    }

    @Override
    public void close() {
        if (only != null) {
            only.close();
        }
        if (builder != null) {
            builder.close();
        }
    }
}
