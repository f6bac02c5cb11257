// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MICROS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.MILLIS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit.NANOS;
import static org.apache.parquet.schema.LogicalTypeAnnotation.dateType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.decimalType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.intType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timeType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;

import java.util.random.RandomGenerator;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/** A flat Parquet type: a physical type, its annotation, and how test values for it are drawn. */
@SuppressWarnings("ImmutableEnumChecker") // annotations and draws hold no state
public enum Kind {
    BOOLEAN(PrimitiveTypeName.BOOLEAN, 0, null, RandomGenerator::nextBoolean),
    INT32(PrimitiveTypeName.INT32, 0, null, random -> Draws.int32(random, Integer.MIN_VALUE, Integer.MAX_VALUE)),
    INT64(PrimitiveTypeName.INT64, 0, null, random -> Draws.int64(random, Long.MIN_VALUE, Long.MAX_VALUE)),
    INT96(PrimitiveTypeName.INT96, 0, null, Draws::int96),
    FLOAT(PrimitiveTypeName.FLOAT, 0, null, Draws::float32),
    DOUBLE(PrimitiveTypeName.DOUBLE, 0, null, Draws::float64),
    BINARY(PrimitiveTypeName.BINARY, 0, null, Draws::bytes),
    FIXED(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 7, null, random -> Draws.bytes(random, 7)),

    INT8(PrimitiveTypeName.INT32, 0, intType(8, true), random -> Draws.int32(random, Byte.MIN_VALUE, Byte.MAX_VALUE)),
    INT16(
            PrimitiveTypeName.INT32,
            0,
            intType(16, true),
            random -> Draws.int32(random, Short.MIN_VALUE, Short.MAX_VALUE)),
    INT32_ANNOTATED(PrimitiveTypeName.INT32, 0, intType(32, true), INT32.draw),
    INT64_ANNOTATED(PrimitiveTypeName.INT64, 0, intType(64, true), INT64.draw),
    UINT8(PrimitiveTypeName.INT32, 0, intType(8, false), random -> Draws.int32(random, 0, 0xff)),
    UINT16(PrimitiveTypeName.INT32, 0, intType(16, false), random -> Draws.int32(random, 0, 0xffff)),
    UINT32(PrimitiveTypeName.INT32, 0, intType(32, false), INT32.draw),
    UINT64(PrimitiveTypeName.INT64, 0, intType(64, false), INT64.draw),

    DECIMAL_INT32(
            PrimitiveTypeName.INT32, 0, decimalType(2, 9), random -> Draws.int32(random, -999_999_999, 999_999_999)),
    DECIMAL_INT64(
            PrimitiveTypeName.INT64,
            0,
            decimalType(4, 18),
            random -> Draws.int64(random, -999_999_999_999_999_999L, 999_999_999_999_999_999L)),
    DECIMAL_FIXED(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 16, decimalType(10, 38), random -> Draws.decimal(random, 38, 16)),
    DECIMAL_FIXED_5(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 5, decimalType(0, 11), random -> Draws.decimal(random, 11, 5)),
    DECIMAL_FIXED_20(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 20, decimalType(3, 38), random -> Draws.decimal(random, 38, 20)),
    DECIMAL_FIXED_32(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 32, decimalType(20, 76), random -> Draws.decimal(random, 76, 32)),
    DECIMAL_BINARY_76(PrimitiveTypeName.BINARY, 0, decimalType(70, 76), random -> Draws.decimal(random, 76, 0)),
    DECIMAL_BINARY(PrimitiveTypeName.BINARY, 0, decimalType(5, 30), random -> Draws.decimal(random, 30, 0)),

    DATE(PrimitiveTypeName.INT32, 0, dateType(), random -> Draws.int32(random, -719_162, 2_932_896)),
    TIME_MILLIS(PrimitiveTypeName.INT32, 0, timeType(false, MILLIS), random -> Draws.int32(random, 0, 86_399_999)),
    TIME_MILLIS_UTC(PrimitiveTypeName.INT32, 0, timeType(true, MILLIS), TIME_MILLIS.draw),
    TIME_MICROS(PrimitiveTypeName.INT64, 0, timeType(false, MICROS), random -> Draws.int64(random, 0, 86_399_999_999L)),
    TIME_MICROS_UTC(PrimitiveTypeName.INT64, 0, timeType(true, MICROS), TIME_MICROS.draw),
    TIME_NANOS(
            PrimitiveTypeName.INT64, 0, timeType(false, NANOS), random -> Draws.int64(random, 0, 86_399_999_999_999L)),
    TIME_NANOS_UTC(PrimitiveTypeName.INT64, 0, timeType(true, NANOS), TIME_NANOS.draw),
    TIMESTAMP_MILLIS(
            PrimitiveTypeName.INT64,
            0,
            timestampType(false, MILLIS),
            random -> Draws.int64(random, -62_135_596_800_000L, 253_402_300_799_999L)),
    TIMESTAMP_MILLIS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, MILLIS), TIMESTAMP_MILLIS.draw),
    TIMESTAMP_MICROS(
            PrimitiveTypeName.INT64,
            0,
            timestampType(false, MICROS),
            random -> Draws.int64(random, -62_135_596_800_000_000L, 253_402_300_799_999_999L)),
    TIMESTAMP_MICROS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, MICROS), TIMESTAMP_MICROS.draw),
    TIMESTAMP_NANOS(
            PrimitiveTypeName.INT64,
            0,
            timestampType(false, NANOS),
            random -> Draws.int64(random, -Long.MAX_VALUE + 1, Long.MAX_VALUE - 1)),
    TIMESTAMP_NANOS_UTC(PrimitiveTypeName.INT64, 0, timestampType(true, NANOS), TIMESTAMP_NANOS.draw),

    /** A column that holds nothing but nulls. */
    UNKNOWN(PrimitiveTypeName.INT32, 0, LogicalTypeAnnotation.unknownType(), random -> 0),

    STRING(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.stringType(), Draws::text),
    ENUM(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.enumType(), Draws::word),
    JSON(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.jsonType(), Draws::json),
    BSON(PrimitiveTypeName.BINARY, 0, LogicalTypeAnnotation.bsonType(), Draws::bytes),
    UUID(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
            16,
            LogicalTypeAnnotation.uuidType(),
            random -> Draws.bytes(random, 16)),
    FLOAT16(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, 2, LogicalTypeAnnotation.float16Type(), Draws::float16),
    INTERVAL(
            PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY,
            12,
            LogicalTypeAnnotation.IntervalLogicalTypeAnnotation.getInstance(),
            random -> Draws.bytes(random, 12));

    /** Draws one physical value: Boolean, Integer, Long, Float, Double or byte[]. */
    @FunctionalInterface
    interface Draw {
        Object next(RandomGenerator random);
    }

    private final PrimitiveTypeName physical;
    private final int typeLength;
    private final LogicalTypeAnnotation annotation;
    private final Draw draw;

    Kind(PrimitiveTypeName physical, int typeLength, LogicalTypeAnnotation annotation, Draw draw) {
        this.physical = physical;
        this.typeLength = typeLength;
        this.annotation = annotation;
        this.draw = draw;
    }

    public PrimitiveTypeName physical() {
        return physical;
    }

    /** True for the kind that has no values. */
    public boolean isAlwaysNull() {
        return this == UNKNOWN;
    }

    /** This kind as a column. */
    public PrimitiveType type(String name, boolean required) {
        return type(name, required ? Repetition.REQUIRED : Repetition.OPTIONAL);
    }

    PrimitiveType type(String name, Repetition repetition) {
        return Types.primitive(physical, repetition)
                .length(typeLength)
                .as(annotation)
                .named(name);
    }

    Object draw(RandomGenerator random) {
        return draw.next(random);
    }
}
