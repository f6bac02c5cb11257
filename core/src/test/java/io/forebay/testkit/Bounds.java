// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.spi.ValueBounds;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** True bounds of generated columns, in the classes that {@link ValueBounds} asks for. */
final class Bounds {
    private Bounds() {}

    static ValueBounds of(Field field, Object[][] rows, int column) {
        List<Object> values = Arrays.stream(rows)
                .map(row -> row[column])
                .filter(Objects::nonNull)
                .map(Bounds::normal)
                .filter(value -> !(value instanceof Double number && number.isNaN()))
                .toList();
        if (values.isEmpty() || !field.getChildren().isEmpty()) {
            return null;
        }
        Comparator<Object> order = order(field.getType());
        return new ValueBounds(
                values.stream().min(order).orElseThrow(),
                values.stream().max(order).orElseThrow());
    }

    private static Object normal(Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : value;
    }

    private static Comparator<Object> order(ArrowType type) {
        boolean unsigned = type instanceof ArrowType.Int integer && !integer.getIsSigned();
        return (left, right) -> {
            if (left instanceof Long number) {
                return unsigned ? Long.compareUnsigned(number, (Long) right) : number.compareTo((Long) right);
            }
            if (left instanceof Double number) {
                return number.compareTo((Double) right);
            }
            if (left instanceof BigDecimal number) {
                return number.compareTo((BigDecimal) right);
            }
            return left instanceof Boolean bool
                    ? bool.compareTo((Boolean) right)
                    : Arrays.compareUnsigned((byte[]) left, (byte[]) right);
        };
    }
}
