// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.math.BigDecimal;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Asks a Bloom filter, which knows physical values, for a value as filters compare it. */
public final class BloomHash {
    private BloomHash() {}

    /** False when the filter rules out that a column has the value. */
    public static boolean mayContain(BlockSplitBloomFilter filter, FlatColumn column, Object value) {
        PrimitiveTypeName type = column.type().getPrimitiveTypeName();
        if (value instanceof Long number) {
            return mayContain(filter, type, number);
        }
        if (value instanceof BigDecimal decimal && column.field().getType() instanceof ArrowType.Decimal declared) {
            BigDecimal scaled = decimal.setScale(declared.getScale());
            return scaled.precision() > 18
                    || mayContain(filter, type, scaled.unscaledValue().longValue());
        }
        if (value instanceof Double number) {
            return mayContain(filter, type, number);
        }
        boolean bytes = type == PrimitiveTypeName.BINARY || type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
        return !bytes
                || !(value instanceof byte[] text)
                || filter.findHash(filter.hash(Binary.fromConstantByteArray(text)));
    }

    private static boolean mayContain(BlockSplitBloomFilter filter, PrimitiveTypeName type, long number) {
        return switch (type) {
            case INT32 -> filter.findHash(filter.hash((int) number));
            case INT64 -> filter.findHash(filter.hash(number));
            default -> true; // decimals as bytes may be padded as their writer liked
        };
    }

    /** NaN has many patterns of bits, and both zeros are equal. */
    private static boolean mayContain(BlockSplitBloomFilter filter, PrimitiveTypeName type, double number) {
        if (Double.isNaN(number) || number == 0) {
            return true;
        }
        return switch (type) {
            case FLOAT -> filter.findHash(filter.hash((float) number));
            case DOUBLE -> filter.findHash(filter.hash(number));
            default -> true;
        };
    }
}
