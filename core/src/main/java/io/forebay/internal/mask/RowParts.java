// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.internal.stream.Joining;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** A column that is put together from rows that could be read and placeholders for others. Not thread-safe; its owner closes it. */
final class RowParts implements AutoCloseable {
    private final Field field;
    private final BufferAllocator allocator;
    private final List<FieldVector> parts = new ArrayList<>();

    /** Placeholders behind the parts. */
    private int bad;

    RowParts(Field field, BufferAllocator allocator) {
        this.field = field;
        this.allocator = allocator;
    }

    /** Takes over rows that could be read. */
    void add(FieldVector rows) {
        parts.add(rows);
        if (bad > 0) {
            FieldVector placeholders = Placeholders.of(field, bad, allocator);
            parts.add(parts.size() - 1, placeholders);
            bad = 0;
        }
    }

    void addBad(int rows) {
        bad += rows;
    }

    /** All rows, which the caller owns. */
    FieldVector finish() {
        if (bad > 0) {
            parts.add(Placeholders.of(field, bad, allocator));
            bad = 0;
        }
        return parts.size() == 1 ? parts.remove(0) : Joining.join(field, parts, allocator);
    }

    @Override
    public void close() {
        parts.forEach(FieldVector::close);
        parts.clear();
    }
}
