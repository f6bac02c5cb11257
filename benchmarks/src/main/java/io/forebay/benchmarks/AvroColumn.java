// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Collection;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.util.Utf8;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.Type;

/**
 * Feeds one field of Avro records to a {@link ColumnHash}.
 *
 * <p>What a value means is taken from the Parquet schema: Avro's forgets signs, nanoseconds and the decimals that are
 * stored as integers.
 */
final class AvroColumn {

    private final ColumnHash hash;
    private final boolean decimal;
    private final long factor;
    private final long mask;

    private AvroColumn(String column, boolean decimal, long factor, long mask) {
        this.hash = new ColumnHash(column);
        this.decimal = decimal;
        this.factor = factor;
        this.mask = mask;
    }

    static AvroColumn of(Type type) {
        Type value = type;
        while (!value.isPrimitive()) { // a list: down to its elements
            if (value.asGroupType().getFieldCount() != 1) {
                throw new IllegalArgumentException("no checksum for a nested column: column=" + type.getName());
            }
            value = value.asGroupType().getType(0);
        }
        LogicalTypeAnnotation logical = value.getLogicalTypeAnnotation();
        boolean decimal = logical instanceof DecimalLogicalTypeAnnotation;
        return new AvroColumn(type.getName(), decimal, nanosPerUnit(logical), unsignedMask(logical));
    }

    void add(Object value) {
        if (value == null) {
            hash.addNull();
        } else if (value instanceof Long || value instanceof Integer) {
            hash.addLong(((Number) value).longValue() * factor & mask);
        } else if (value instanceof Double number) {
            hash.addDouble(number);
        } else if (value instanceof Float number) {
            hash.addFloat(number);
        } else if (value instanceof Boolean flag) {
            hash.addLong(flag ? 1 : 0);
        } else if (value instanceof Collection<?> list) {
            hash.addLong(list.size());
            list.forEach(this::add);
        } else if (value instanceof Utf8 text) {
            hash.addBytes(text.getBytes(), text.getByteLength());
        } else {
            addBytes(bytes(value));
        }
    }

    ColumnChecksum checksum() {
        return hash.checksum();
    }

    private void addBytes(byte[] bytes) {
        if (decimal) {
            hash.addDecimal(new BigInteger(bytes));
        } else {
            hash.addBytes(bytes, bytes.length);
        }
    }

    private static byte[] bytes(Object value) {
        if (value instanceof GenericFixed fixed) {
            return fixed.bytes();
        }
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return bytes;
    }

    private static long nanosPerUnit(LogicalTypeAnnotation logical) {
        if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            return nanos(timestamp.getUnit());
        }
        return logical instanceof TimeLogicalTypeAnnotation time ? nanos(time.getUnit()) : 1;
    }

    private static long nanos(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 1_000_000L;
            case MICROS -> 1_000L;
            case NANOS -> 1L;
        };
    }

    private static long unsignedMask(LogicalTypeAnnotation logical) {
        boolean unsigned = logical instanceof IntLogicalTypeAnnotation number && !number.isSigned();
        int bits = unsigned ? ((IntLogicalTypeAnnotation) logical).getBitWidth() : Long.SIZE;
        return -1L >>> (Long.SIZE - bits);
    }
}
