// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.ForebayException;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.spi.FieldNotes;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.Float16LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntervalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UnknownLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;

/**
 * How a primitive Parquet type reads as an Arrow type, and by which conversion. Annotations that contradict the physical
 * type are ignored, as the format's specification asks. Immutable.
 *
 * @param field the Arrow field
 * @param conversion from the physical values to Arrow's layout
 */
public record FlatColumn(Field field, PrimitiveType type, Conversion conversion) {
    /** What becomes of physical values on their way into Arrow buffers. */
    public enum Conversion {
        /** The physical little-endian layout is Arrow's. */
        NONE,
        /** 32-bit integers cut to 8 bits. */
        INT32_TO_INT8,
        /** 32-bit integers cut to 16 bits. */
        INT32_TO_INT16,
        /** 32-bit integers sign-extended to a 128-bit decimal. */
        INT32_TO_DECIMAL128,
        /** 64-bit integers sign-extended to a 128-bit decimal. */
        INT64_TO_DECIMAL128,
        /** Big-endian two's complement of fixed length to a 128-bit or 256-bit decimal. */
        FIXED_TO_DECIMAL,
        /** Big-endian two's complement of any length to a 128-bit or 256-bit decimal. */
        BYTES_TO_DECIMAL,
        /** Nanoseconds of a Julian day to microseconds since 1970. */
        INT96_TO_MICROS,
        /** Months, days and milliseconds to months, days and nanoseconds. */
        INTERVAL,
        /** Values that are never there. */
        ALWAYS_NULL
    }

    /** An annotation's Arrow type. */
    private record Mapped(ArrowType type, Conversion conversion, Map<String, String> notes) {
        Mapped(ArrowType type) {
            this(type, Conversion.NONE, Map.of());
        }

        Mapped(ArrowType type, Conversion conversion) {
            this(type, conversion, Map.of());
        }
    }

    private static final int DECIMAL128_DIGITS_MAX = 38;
    private static final int DECIMAL256_DIGITS_MAX = 76;

    /** Whether values are strings or binary of any length, as they are. */
    public boolean isBytes() {
        return type.getPrimitiveTypeName() == PrimitiveType.PrimitiveTypeName.BINARY && conversion == Conversion.NONE;
    }

    /** The column with a dictionary. */
    FlatColumn encoded(DictionaryEncoding encoding) {
        return new FlatColumn(Dictionaries.with(field, encoding), type, conversion);
    }

    /** The column without a dictionary. */
    public FlatColumn plain() {
        return new FlatColumn(Dictionaries.plain(field), type, conversion);
    }

    /** The column of a top-level field, or of one of its parts, that does not repeat. */
    public static FlatColumn of(PrimitiveType type) {
        return of(type, type.isRepetition(Type.Repetition.OPTIONAL));
    }

    /** The column of a type of which the repetition says nothing or something else. */
    static FlatColumn of(PrimitiveType type, boolean optional) {
        Mapped mapped =
                switch (type.getPrimitiveTypeName()) {
                    case BOOLEAN -> new Mapped(new ArrowType.Bool());
                    case INT32 -> int32(type.getLogicalTypeAnnotation());
                    case INT64 -> int64(type.getLogicalTypeAnnotation());
                    case INT96 ->
                        new Mapped(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null), Conversion.INT96_TO_MICROS);
                    case FLOAT -> new Mapped(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE));
                    case DOUBLE -> new Mapped(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE));
                    case BINARY -> binary(type.getLogicalTypeAnnotation());
                    case FIXED_LEN_BYTE_ARRAY -> fixed(type.getLogicalTypeAnnotation(), type.getTypeLength());
                };
        if (type.getLogicalTypeAnnotation() instanceof UnknownLogicalTypeAnnotation) {
            mapped = new Mapped(new ArrowType.Null(), Conversion.ALWAYS_NULL);
        }
        boolean nullable = optional || mapped.conversion == Conversion.ALWAYS_NULL;
        FieldType fieldType = new FieldType(nullable, mapped.type, null, SchemaMapping.withId(type, mapped.notes));
        return new FlatColumn(new Field(type.getName(), fieldType, null), type, mapped.conversion);
    }

    private static Mapped int32(LogicalTypeAnnotation annotation) {
        if (annotation instanceof IntLogicalTypeAnnotation integer && integer.getBitWidth() <= 32) {
            Conversion conversion =
                    switch (integer.getBitWidth()) {
                        case 8 -> Conversion.INT32_TO_INT8;
                        case 16 -> Conversion.INT32_TO_INT16;
                        default -> Conversion.NONE;
                    };
            return new Mapped(new ArrowType.Int(integer.getBitWidth(), integer.isSigned()), conversion);
        }
        if (annotation instanceof DateLogicalTypeAnnotation) {
            return new Mapped(new ArrowType.Date(DateUnit.DAY));
        }
        if (annotation instanceof TimeLogicalTypeAnnotation time
                && time.getUnit() == LogicalTypeAnnotation.TimeUnit.MILLIS) {
            return new Mapped(
                    new ArrowType.Time(TimeUnit.MILLISECOND, 32), Conversion.NONE, utc(time.isAdjustedToUTC()));
        }
        return annotation instanceof DecimalLogicalTypeAnnotation decimal
                ? new Mapped(decimal(decimal), Conversion.INT32_TO_DECIMAL128)
                : new Mapped(new ArrowType.Int(32, true));
    }

    private static Mapped int64(LogicalTypeAnnotation annotation) {
        if (annotation instanceof IntLogicalTypeAnnotation integer && integer.getBitWidth() == 64) {
            return new Mapped(new ArrowType.Int(64, integer.isSigned()));
        }
        if (annotation instanceof TimeLogicalTypeAnnotation time
                && time.getUnit() != LogicalTypeAnnotation.TimeUnit.MILLIS) {
            return new Mapped(
                    new ArrowType.Time(unit(time.getUnit()), 64), Conversion.NONE, utc(time.isAdjustedToUTC()));
        }
        if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
            return new Mapped(
                    new ArrowType.Timestamp(unit(timestamp.getUnit()), timestamp.isAdjustedToUTC() ? "UTC" : null));
        }
        return annotation instanceof DecimalLogicalTypeAnnotation decimal
                ? new Mapped(decimal(decimal), Conversion.INT64_TO_DECIMAL128)
                : new Mapped(new ArrowType.Int(64, true));
    }

    private static Mapped binary(LogicalTypeAnnotation annotation) {
        if (annotation instanceof StringLogicalTypeAnnotation
                || annotation instanceof EnumLogicalTypeAnnotation
                || annotation instanceof JsonLogicalTypeAnnotation) {
            return new Mapped(new ArrowType.Utf8());
        }
        return annotation instanceof DecimalLogicalTypeAnnotation decimal
                ? new Mapped(decimal(decimal), Conversion.BYTES_TO_DECIMAL)
                : new Mapped(new ArrowType.Binary());
    }

    private static Mapped fixed(LogicalTypeAnnotation annotation, int length) {
        if (length <= 0) {
            throw ForebayException.corrupt("a fixed length must be positive: length=" + length);
        }
        if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
            return new Mapped(decimal(decimal), Conversion.FIXED_TO_DECIMAL);
        }
        if (annotation instanceof Float16LogicalTypeAnnotation && length == 2) {
            return new Mapped(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF));
        }
        if (annotation instanceof IntervalLogicalTypeAnnotation && length == 12) {
            return new Mapped(
                    new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
                    Conversion.INTERVAL,
                    Map.of(FieldNotes.KEY, FieldNotes.UNSIGNED));
        }
        boolean uuid = annotation instanceof UUIDLogicalTypeAnnotation && length == 16;
        return new Mapped(
                new ArrowType.FixedSizeBinary(length),
                Conversion.NONE,
                uuid ? Map.of(FieldNotes.KEY, FieldNotes.UUID) : Map.of());
    }

    private static ArrowType.Decimal decimal(DecimalLogicalTypeAnnotation decimal) {
        if (decimal.getPrecision() > DECIMAL256_DIGITS_MAX) {
            throw ForebayException.unsupported(
                    "decimals have at most " + DECIMAL256_DIGITS_MAX + " digits: precision=" + decimal.getPrecision());
        }
        int bits = decimal.getPrecision() <= DECIMAL128_DIGITS_MAX ? 128 : 256;
        return new ArrowType.Decimal(decimal.getPrecision(), decimal.getScale(), bits);
    }

    private static Map<String, String> utc(boolean adjusted) {
        return adjusted ? Map.of(FieldNotes.KEY, FieldNotes.UTC) : Map.of();
    }

    private static TimeUnit unit(LogicalTypeAnnotation.TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> TimeUnit.MILLISECOND;
            case MICROS -> TimeUnit.MICROSECOND;
            case NANOS -> TimeUnit.NANOSECOND;
        };
    }

    /** Bytes of a physical value, or 0 where lengths differ (byte arrays) or values are bits (booleans). */
    public int physicalWidth() {
        return switch (type.getPrimitiveTypeName()) {
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> type.getTypeLength();
            case BOOLEAN, BINARY -> 0;
        };
    }

    /** Bytes of a value in Arrow's layout, or 0 as for {@link #physicalWidth}. */
    public int arrowWidth() {
        return switch (conversion) {
            case NONE, ALWAYS_NULL -> physicalWidth();
            case INT32_TO_INT8 -> 1;
            case INT32_TO_INT16 -> 2;
            case INT96_TO_MICROS -> 8;
            case INTERVAL -> 16;
            case INT32_TO_DECIMAL128, INT64_TO_DECIMAL128, FIXED_TO_DECIMAL, BYTES_TO_DECIMAL ->
                ((ArrowType.Decimal) field.getType()).getBitWidth() / 8;
        };
    }
}
