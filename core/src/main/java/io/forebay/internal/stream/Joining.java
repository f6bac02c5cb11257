// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/** Puts vectors of one column behind one another. */
public final class Joining {
    private Joining() {}

    /** A new vector of all rows of {@code parts}, at least one, which have the same layout; the caller owns it. */
    public static FieldVector join(Field field, List<FieldVector> parts, BufferAllocator allocator) {
        int rows = parts.stream().mapToInt(FieldVector::getValueCount).sum();
        try (ColumnBuilder builder = ColumnBuilder.like(parts.get(0), field, allocator, rows)) {
            for (FieldVector part : parts) {
                builder.append(part, null, 0, part.getValueCount());
            }
            return builder.finish();
        }
    }
}
