// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.spi.ValueBounds;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.ColumnOrder.ColumnOrderName;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/**
 * Turns a column chunk's statistics into bounds. Minima and maxima that are missing, of an order that the reader does not
 * know, or contradictory yield none; so do INT96, intervals and 16-bit floats, whose order writers did not agree on.
 */
public final class StatisticsBounds {
    private StatisticsBounds() {}

    public static @Nullable ValueBounds of(FlatColumn column, @Nullable Statistics<?> statistics) {
        if (statistics == null || !statistics.hasNonNullValue()) {
            return null;
        }
        return of(column, statistics.genericGetMin(), statistics.genericGetMax());
    }

    /** The bounds that a page's minimum and maximum, as its column index has them, stand for. */
    public static @Nullable ValueBounds ofPage(FlatColumn column, ByteBuffer min, ByteBuffer max) {
        boolean ordered = column.type().columnOrder().getColumnOrderName() == ColumnOrderName.TYPE_DEFINED_ORDER;
        return ordered ? of(column, raw(column, min), raw(column, max)) : null;
    }

    /** A plainly encoded value as parquet-java's statistics have it, or null where it has the wrong length. */
    private static @Nullable Object raw(FlatColumn column, ByteBuffer bytes) {
        ByteBuffer value = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        PrimitiveTypeName type = column.type().getPrimitiveTypeName();
        int width = type == PrimitiveTypeName.BOOLEAN ? 1 : column.physicalWidth();
        if (type != PrimitiveTypeName.BINARY && value.remaining() != width) {
            return null;
        }
        return switch (type) {
            case BOOLEAN -> (Object) (value.get() != 0);
            case INT32 -> value.getInt();
            case INT64 -> value.getLong();
            case FLOAT -> value.getFloat();
            case DOUBLE -> value.getDouble();
            case INT96 -> null;
            case BINARY, FIXED_LEN_BYTE_ARRAY -> Binary.fromConstantByteBuffer(value);
        };
    }

    private static @Nullable ValueBounds of(FlatColumn column, @Nullable Object rawMin, @Nullable Object rawMax) {
        Object min = value(column, rawMin);
        Object max = value(column, rawMax);
        return min == null || max == null || compare(min, max) > 0 ? null : new ValueBounds(min, max);
    }

    /** Compares two values of one class. */
    private static int compare(Object left, Object right) {
        if (left instanceof Long a && right instanceof Long b) {
            return Long.compare(a, b);
        }
        if (left instanceof Double a && right instanceof Double b) {
            return a < b ? -1 : a > b ? 1 : 0; // zeros of both signs are equal
        }
        if (left instanceof Boolean a && right instanceof Boolean b) {
            return Boolean.compare(a, b);
        }
        return left instanceof BigDecimal a && right instanceof BigDecimal b
                ? a.compareTo(b)
                : Arrays.compareUnsigned((byte[]) left, (byte[]) right);
    }

    private static @Nullable Object value(FlatColumn column, @Nullable Object raw) {
        ArrowType type = column.field().getType();
        if (type instanceof ArrowType.Decimal decimal) {
            return decimal(decimal, raw);
        }
        if (raw instanceof Integer integer) {
            boolean unsigned = type instanceof ArrowType.Int annotated && !annotated.getIsSigned();
            return unsigned ? (Object) (integer & 0xFFFF_FFFFL) : (Object) integer.longValue();
        }
        if (raw instanceof Float number) {
            return number.isNaN() ? null : number.doubleValue();
        }
        if (raw instanceof Double number) {
            return number.isNaN() ? null : number;
        }
        if (raw instanceof Long || raw instanceof Boolean) {
            return raw;
        }
        boolean bytes = type instanceof ArrowType.Utf8
                || type instanceof ArrowType.Binary
                || type instanceof ArrowType.FixedSizeBinary;
        return raw instanceof Binary binary && bytes ? binary.getBytes() : null;
    }

    private static @Nullable BigDecimal decimal(ArrowType.Decimal type, @Nullable Object raw) {
        if (raw instanceof Integer || raw instanceof Long) {
            return BigDecimal.valueOf(((Number) raw).longValue(), type.getScale());
        }
        return raw instanceof Binary binary && binary.length() > 0
                ? new BigDecimal(new BigInteger(binary.getBytes()), type.getScale())
                : null;
    }
}
