// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.ForebayException;
import io.forebay.TypeNames;
import io.forebay.spi.FieldNotes;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;

/** The Parquet schema that a batch's Arrow schema is written as. */
final class ArrowToParquet {
    private static final String MESSAGE_NAME = "schema";

    private static final Pattern ID = Pattern.compile("-?[0-9]{1,9}");

    private ArrowToParquet() {}

    static MessageType message(Schema schema) {
        List<Type> types = schema.getFields().stream().map(ArrowToParquet::type).toList();
        return new MessageType(MESSAGE_NAME, types);
    }

    private static Type type(Field field) {
        Type type = withoutId(field);
        String id = field.getMetadata().getOrDefault(FieldNotes.FIELD_ID, "");
        return ID.matcher(id).matches() ? type.withId(Integer.parseInt(id)) : type;
    }

    private static Type withoutId(Field field) {
        Repetition repetition = field.isNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
        if (field.getType() instanceof ArrowType.FixedSizeList) {
            return Types.list(repetition)
                    .element(type(field.getChildren().get(0)))
                    .named(field.getName());
        }
        return primitive(field, repetition);
    }

    private static Type primitive(Field field, Repetition repetition) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.Int integer) {
            PrimitiveTypeName physical =
                    integer.getBitWidth() == 64 ? PrimitiveTypeName.INT64 : PrimitiveTypeName.INT32;
            return annotated(
                    physical,
                    LogicalTypeAnnotation.intType(integer.getBitWidth(), integer.getIsSigned()),
                    field,
                    repetition);
        }
        if (type instanceof ArrowType.FloatingPoint floating) {
            return floating(floating.getPrecision(), field, repetition);
        }
        if (type instanceof ArrowType.Bool) {
            return annotated(PrimitiveTypeName.BOOLEAN, null, field, repetition);
        }
        if (type instanceof ArrowType.Utf8
                || type instanceof ArrowType.LargeUtf8
                || type instanceof ArrowType.Utf8View) {
            return annotated(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType(), field, repetition);
        }
        if (type instanceof ArrowType.Binary
                || type instanceof ArrowType.LargeBinary
                || type instanceof ArrowType.BinaryView) {
            return annotated(PrimitiveTypeName.BINARY, null, field, repetition);
        }
        if (type instanceof ArrowType.FixedSizeBinary binary) {
            var note = FieldNotes.has(field, FieldNotes.UUID) ? LogicalTypeAnnotation.uuidType() : null;
            return fixed(binary.getByteWidth(), note, field, repetition);
        }
        if (type instanceof ArrowType.Decimal decimal) {
            return fixed(
                    decimal.getBitWidth() / 8,
                    LogicalTypeAnnotation.decimalType(decimal.getScale(), decimal.getPrecision()),
                    field,
                    repetition);
        }
        if (type instanceof ArrowType.Null) {
            return annotated(PrimitiveTypeName.INT32, LogicalTypeAnnotation.unknownType(), field, Repetition.OPTIONAL);
        }
        return temporal(field, repetition);
    }

    private static Type floating(FloatingPointPrecision precision, Field field, Repetition repetition) {
        return switch (precision) {
            case HALF -> fixed(2, LogicalTypeAnnotation.float16Type(), field, repetition);
            case SINGLE -> annotated(PrimitiveTypeName.FLOAT, null, field, repetition);
            case DOUBLE -> annotated(PrimitiveTypeName.DOUBLE, null, field, repetition);
        };
    }

    private static Type temporal(Field field, Repetition repetition) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.Date) {
            return annotated(PrimitiveTypeName.INT32, LogicalTypeAnnotation.dateType(), field, repetition);
        }
        if (type instanceof ArrowType.Timestamp timestamp && timestamp.getUnit() != TimeUnit.SECOND) {
            return annotated(
                    PrimitiveTypeName.INT64,
                    LogicalTypeAnnotation.timestampType(timestamp.getTimezone() != null, unit(timestamp.getUnit())),
                    field,
                    repetition);
        }
        if (type instanceof ArrowType.Time time && time.getUnit() != TimeUnit.SECOND) {
            return annotated(
                    time.getBitWidth() == 32 ? PrimitiveTypeName.INT32 : PrimitiveTypeName.INT64,
                    LogicalTypeAnnotation.timeType(FieldNotes.has(field, FieldNotes.UTC), unit(time.getUnit())),
                    field,
                    repetition);
        }
        throw ForebayException.unsupported("a column of this type is not written to Parquet: column=" + field.getName()
                + ", type=" + TypeNames.of(field));
    }

    private static LogicalTypeAnnotation.TimeUnit unit(TimeUnit unit) {
        return switch (unit) {
            case MILLISECOND -> LogicalTypeAnnotation.TimeUnit.MILLIS;
            case MICROSECOND -> LogicalTypeAnnotation.TimeUnit.MICROS;
            case NANOSECOND -> LogicalTypeAnnotation.TimeUnit.NANOS;
            case SECOND -> throw new IllegalArgumentException("Parquet has no seconds");
        };
    }

    private static Type annotated(
            PrimitiveTypeName physical,
            @Nullable LogicalTypeAnnotation annotation,
            Field field,
            Repetition repetition) {
        return Types.primitive(physical, repetition).as(annotation).named(field.getName());
    }

    private static Type fixed(
            int bytes, @Nullable LogicalTypeAnnotation annotation, Field field, Repetition repetition) {
        return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
                .length(bytes)
                .as(annotation)
                .named(field.getName());
    }
}
