// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.spi.ByteRange;
import io.forebay.spi.Unit;
import io.forebay.spi.ValueBounds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A record batch. Immutable.
 *
 * @param columns the columns of its file, as messages have them
 * @param layout where they lie
 * @param dictionaries those in force when it was written
 */
public record RecordBatchUnit(List<Field> columns, BatchLayout layout, Map<Long, Dictionary> dictionaries)
        implements Unit {
    @Override
    public long rows() {
        return layout.rows();
    }

    @Override
    public long sizeBytes(List<Field> fields) {
        return ranges(fields).stream().mapToLong(ByteRange::length).sum();
    }

    @Override
    public List<ByteRange> ranges(List<Field> fields) {
        Set<String> wanted = new HashSet<>();
        fields.forEach(field -> wanted.add(field.getName()));
        LayoutCursor cursor = new LayoutCursor(layout);
        List<ByteRange> ranges = new ArrayList<>();
        for (Field column : columns) {
            int first = cursor.buffer();
            cursor.pass(column);
            if (wanted.contains(column.getName())) {
                ranges.addAll(layout.buffers(first, cursor.buffer()));
            }
        }
        return ranges;
    }

    @Override
    public @Nullable ValueBounds bounds(String column) {
        return null;
    }
}
