// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.ForebayException;
import io.forebay.TypeNames;
import io.forebay.internal.text.TimeText;
import io.forebay.spi.FieldNotes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.ArrowType.ArrowTypeID;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The set that a column's values are compared in, each with the class that stands for a value: one order for literals,
 * rows and statistics.
 */
enum ColumnDomain {
    /** {@code Long}: signed integers and everything that counts time. */
    SIGNED,
    /** {@code Long}, compared unsigned. */
    UNSIGNED,
    /** {@code Double}; NaN is the greatest value and equals itself, and the zeros are equal. */
    FLOATING,
    /** {@code BigDecimal}. */
    DECIMAL,
    /** {@code byte[]}, compared by unsigned bytes. */
    BYTES,
    /** {@code Boolean}, false first. */
    BOOLEAN;

    private static final Set<ArrowTypeID> BYTES_TYPES = Set.of(
            ArrowTypeID.Utf8,
            ArrowTypeID.LargeUtf8,
            ArrowTypeID.Utf8View,
            ArrowTypeID.Binary,
            ArrowTypeID.LargeBinary,
            ArrowTypeID.BinaryView,
            ArrowTypeID.FixedSizeBinary);

    /** More digits than any integer has; a literal with more need not be written out. */
    private static final int DIGITS_MAX = 40;

    /** The domain of a column; a {@code usage} error for a column whose values have no order. */
    static ColumnDomain of(Field field) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.Int integer) {
            return integer.getIsSigned() ? SIGNED : UNSIGNED;
        }
        if (type instanceof ArrowType.Date
                || type instanceof ArrowType.Time
                || type instanceof ArrowType.Timestamp
                || type instanceof ArrowType.Duration) {
            return SIGNED;
        }
        if (type instanceof ArrowType.FloatingPoint) {
            return FLOATING;
        }
        if (type instanceof ArrowType.Decimal) {
            return DECIMAL;
        }
        if (BYTES_TYPES.contains(type.getTypeID())) {
            return BYTES;
        }
        if (type instanceof ArrowType.Bool) {
            return BOOLEAN;
        }
        throw ForebayException.usage("a column of this type only compares to null: column=" + field.getName()
                + ", type=" + TypeNames.of(field));
    }

    int compare(Object left, Object right) {
        return switch (this) {
            case SIGNED -> Long.compare((Long) left, (Long) right);
            case UNSIGNED -> Long.compareUnsigned((Long) left, (Long) right);
            case FLOATING -> compareDoubles((Double) left, (Double) right);
            case DECIMAL -> ((BigDecimal) left).compareTo((BigDecimal) right);
            case BYTES -> Arrays.compareUnsigned((byte[]) left, (byte[]) right);
            case BOOLEAN -> Boolean.compare((Boolean) left, (Boolean) right);
        };
    }

    static int compareDoubles(double left, double right) {
        if (left < right) {
            return -1;
        }
        if (left > right) {
            return 1;
        }
        return left == right ? 0 : Boolean.compare(Double.isNaN(left), Double.isNaN(right));
    }

    /** The value that a literal means for a column; a {@code usage} error when the column's type cannot hold it. */
    static Object literalFor(Field field, Object literal) {
        Object value = convert(field, literal);
        if (value == null) {
            throw ForebayException.usage("a literal must fit the type of its column: column=" + field.getName()
                    + ", type=" + TypeNames.of(field) + ", literal=" + Literals.text(literal));
        }
        return value;
    }

    private static @Nullable Object convert(Field field, Object literal) {
        ArrowType type = field.getType();
        return switch (of(field)) {
            case SIGNED, UNSIGNED ->
                type instanceof ArrowType.Int integer ? integer(integer, literal) : time(type, literal);
            case FLOATING -> floating(((ArrowType.FloatingPoint) type).getPrecision(), literal);
            case DECIMAL -> decimal((ArrowType.Decimal) type, literal);
            case BYTES -> bytes(field, literal);
            case BOOLEAN -> literal instanceof Boolean ? literal : null;
        };
    }

    private static @Nullable Long integer(ArrowType.Int type, Object literal) {
        if (!(literal instanceof BigDecimal number)) {
            return null;
        }
        @Nullable BigInteger value;
        try {
            value = number.precision() - number.scale() > DIGITS_MAX ? null : number.toBigIntegerExact();
        } catch (ArithmeticException e) {
            return null;
        }
        if (value == null) {
            return null;
        }
        int magnitudeBits = type.getIsSigned() ? type.getBitWidth() - 1 : type.getBitWidth();
        boolean fits = value.bitLength() <= magnitudeBits && (type.getIsSigned() || value.signum() >= 0);
        return fits ? (Long) value.longValue() : null;
    }

    private static @Nullable Long time(ArrowType type, Object literal) {
        LocalDateTime moment;
        if (literal instanceof LocalDate date) {
            moment = date.atStartOfDay();
        } else if (literal instanceof Instant instant) {
            moment = LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
        } else if (literal instanceof LocalDateTime local) {
            moment = local;
        } else {
            return null;
        }
        if (type instanceof ArrowType.Date date) {
            boolean midnight = moment.toLocalTime().toNanoOfDay() == 0;
            long day = moment.toLocalDate().toEpochDay();
            return !midnight ? null : (Long) (date.getUnit() == DateUnit.DAY ? day : day * 86_400_000L);
        }
        return type instanceof ArrowType.Timestamp timestamp ? ticks(timestamp.getUnit(), moment) : null;
    }

    private static @Nullable Long ticks(TimeUnit unit, LocalDateTime moment) {
        long ticksPerSecond = TimeText.perSecond(unit);
        long nanosPerTick = 1_000_000_000L / ticksPerSecond;
        if (moment.get(ChronoField.NANO_OF_SECOND) % nanosPerTick != 0) {
            return null;
        }
        try {
            long seconds = Math.multiplyExact(moment.toEpochSecond(ZoneOffset.UTC), ticksPerSecond);
            return Math.addExact(seconds, moment.get(ChronoField.NANO_OF_SECOND) / nanosPerTick);
        } catch (ArithmeticException e) {
            return null;
        }
    }

    /** The nearest number of the column's own width, so that {@code x = 0.1} finds a 32-bit 0.1. */
    private static @Nullable Double floating(FloatingPointPrecision precision, Object literal) {
        if (!(literal instanceof BigDecimal) && !(literal instanceof Double)) {
            return null;
        }
        Number number = (Number) literal;
        double value =
                switch (precision) {
                    case HALF -> Float16.toFloat(Float16.toFloat16(number.floatValue()));
                    case SINGLE -> number.floatValue();
                    case DOUBLE -> number.doubleValue();
                };
        boolean beyondTheWidth = Double.isInfinite(value) && literal instanceof BigDecimal;
        return beyondTheWidth ? null : (Double) value;
    }

    private static @Nullable BigDecimal decimal(ArrowType.Decimal type, Object literal) {
        if (!(literal instanceof BigDecimal number)) {
            return null;
        }
        try {
            BigDecimal scaled = number.setScale(type.getScale(), RoundingMode.UNNECESSARY);
            return scaled.precision() <= type.getPrecision() ? scaled : null;
        } catch (ArithmeticException e) {
            return null;
        }
    }

    private static byte @Nullable [] bytes(Field field, Object literal) {
        if (literal instanceof ByteBuffer bytes) {
            return Literals.copy(bytes);
        }
        if (!(literal instanceof String text)) {
            return null;
        }
        if (!FieldNotes.has(field, FieldNotes.UUID)) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        try {
            UUID uuid = UUID.fromString(text);
            return ByteBuffer.allocate(16)
                    .putLong(uuid.getMostSignificantBits())
                    .putLong(uuid.getLeastSignificantBits())
                    .array();
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
