// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.spi.FieldNotes;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** Filters that some rows of a column pass and others do not. */
final class Filters {
    private Filters() {}

    /** The columns that {@link #of} makes filters for. */
    static List<Field> filterable(Schema schema) {
        return schema.getFields().stream().filter(Filters::isFilterable).toList();
    }

    private static boolean isFilterable(Field field) {
        ArrowType type = field.getType();
        return !field.getMetadata().containsKey(FieldNotes.KEY)
                && (type instanceof ArrowType.Int
                        || type instanceof ArrowType.FloatingPoint
                        || type instanceof ArrowType.Decimal
                        || type instanceof ArrowType.Utf8
                        || type instanceof ArrowType.Binary
                        || type instanceof ArrowType.FixedSizeBinary
                        || type instanceof ArrowType.Date
                        || type instanceof ArrowType.Timestamp
                        || type instanceof ArrowType.Bool);
    }

    /** Conditions on a column whose literals are some of its values. */
    static List<Filter> of(Field field, List<Object> values) {
        List<Object> present = values.stream().filter(Objects::nonNull).toList();
        ColumnPath path = ColumnPath.ofName(field.getName());
        Filter.Column column = new Filter.Column(path);
        List<Filter> filters = new ArrayList<>();
        filters.add(column.isNull());
        if (!present.isEmpty()) {
            Object first = literal(present.get(0));
            Object middle = literal(present.get(present.size() / 2));
            Object last = literal(present.get(present.size() - 1));
            filters.add(column.eq(middle));
            filters.add(column.lt(middle));
            filters.add(column.ge(last));
            filters.add(column.oneOf(first, last));
            filters.add(column.eq(first).or(column.gt(middle)));
        }
        return filters;
    }

    /** A condition that asks every kind of index of the first column that has some. */
    static Optional<Filter> probe(Schema schema) {
        return filterable(schema).stream()
                .findFirst()
                .map(field -> new Filter.Column(ColumnPath.ofName(field.getName())).eq(anyOf(field.getType())));
    }

    private static Object anyOf(ArrowType type) {
        if (type instanceof ArrowType.Utf8) {
            return "a";
        }
        if (type instanceof ArrowType.Bool) {
            return true;
        }
        if (type instanceof ArrowType.Date || type instanceof ArrowType.Timestamp) {
            return LocalDate.EPOCH;
        }
        boolean bytes = type instanceof ArrowType.Binary || type instanceof ArrowType.FixedSizeBinary;
        return bytes ? new byte[] {1} : (Object) BigDecimal.ZERO;
    }

    private static Object literal(Object value) {
        if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            return bytes;
        }
        return value;
    }
}
