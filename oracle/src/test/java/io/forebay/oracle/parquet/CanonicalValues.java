// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.UUID;
import org.apache.parquet.io.api.Binary;
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
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * Turns physical values into canonical ones, slowly and plainly.
 *
 * <p>Boolean; Long for integers, BigInteger for unsigned ones beyond it; Float (also for float16) and Double; BigDecimal
 * with the column's scale; String for STRING, ENUM and JSON; UUID as text; LocalDate; LocalTime; Instant for timestamps
 * adjusted to UTC and LocalDateTime for others (INT96 floored to microseconds); {@link Interval}; ByteBuffer for the rest, since it compares
 * by content.
 */
public final class CanonicalValues {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MICROS_PER_SECOND = 1_000_000L;
    private static final long SECONDS_PER_DAY = 86_400L;
    private static final int JULIAN_DAY_OF_EPOCH = 2_440_588;

    private CanonicalValues() {}

    /** The canonical form of a Boolean, Integer, Long, Float, Double or {@link Binary} of this type. */
    public static Object of(PrimitiveType type, Object physical) {
        LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
        if (physical instanceof Integer value) {
            return ofInteger(logical, value, 0xffff_ffffL);
        }
        if (physical instanceof Long value) {
            return ofInteger(logical, value, -1L);
        }
        if (physical instanceof Binary value) {
            return type.getPrimitiveTypeName() == PrimitiveTypeName.INT96
                    ? int96(value)
                    : ofBinary(logical, value.getBytes());
        }
        return physical;
    }

    private static Object ofInteger(LogicalTypeAnnotation logical, long value, long mask) {
        if (logical instanceof IntLogicalTypeAnnotation integer && !integer.isSigned()) {
            long masked = value & mask;
            return masked >= 0 ? (Object) masked : new BigInteger(Long.toUnsignedString(masked));
        }
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            return BigDecimal.valueOf(value, decimal.getScale());
        }
        if (logical instanceof DateLogicalTypeAnnotation) {
            return LocalDate.ofEpochDay(value);
        }
        if (logical instanceof TimeLogicalTypeAnnotation time) {
            return LocalTime.ofNanoOfDay(Math.multiplyExact(value, NANOS_PER_SECOND / perSecond(time.getUnit())));
        }
        if (logical instanceof TimestampLogicalTypeAnnotation timestamp) {
            return timestamp(value, perSecond(timestamp.getUnit()), timestamp.isAdjustedToUTC());
        }
        return value;
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case MILLIS -> 1_000L;
            case MICROS -> 1_000_000L;
            case NANOS -> NANOS_PER_SECOND;
        };
    }

    private static Object timestamp(long value, long perSecond, boolean utc) {
        long seconds = Math.floorDiv(value, perSecond);
        int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
        return utc
                ? Instant.ofEpochSecond(seconds, nanos)
                : LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC);
    }

    /** Wraps at 64 bits of microseconds, as Spark does when it writes years that they cannot hold. */
    private static Object int96(Binary value) {
        ByteBuffer bytes = ByteBuffer.wrap(value.getBytes()).order(ByteOrder.LITTLE_ENDIAN);
        long nanosOfDay = bytes.getLong();
        long day = (long) bytes.getInt() - JULIAN_DAY_OF_EPOCH;
        long micros = day * SECONDS_PER_DAY * MICROS_PER_SECOND + Math.floorDiv(nanosOfDay, 1_000L);
        return timestamp(micros, MICROS_PER_SECOND, false);
    }

    private static Object ofBinary(LogicalTypeAnnotation logical, byte[] bytes) {
        if (logical instanceof DecimalLogicalTypeAnnotation decimal) {
            BigInteger unscaled = bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes);
            return new BigDecimal(unscaled, decimal.getScale());
        }
        if (logical instanceof StringLogicalTypeAnnotation
                || logical instanceof EnumLogicalTypeAnnotation
                || logical instanceof JsonLogicalTypeAnnotation) {
            return text(bytes);
        }
        if (logical instanceof UUIDLogicalTypeAnnotation) {
            ByteBuffer halves = ByteBuffer.wrap(bytes);
            return new UUID(halves.getLong(), halves.getLong()).toString();
        }
        if (logical instanceof Float16LogicalTypeAnnotation) {
            return half(bytes);
        }
        if (logical instanceof IntervalLogicalTypeAnnotation) {
            ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            return new Interval(
                    Integer.toUnsignedLong(parts.getInt()),
                    Integer.toUnsignedLong(parts.getInt()),
                    Integer.toUnsignedLong(parts.getInt()));
        }
        return ByteBuffer.wrap(bytes);
    }

    /** IEEE 754 binary16, little-endian, by its definition. */
    private static float half(byte[] bytes) {
        int bits = ((bytes[1] & 0xff) << 8) | (bytes[0] & 0xff);
        int exponent = (bits >>> 10) & 0x1f;
        int fraction = bits & 0x3ff;
        float magnitude =
                switch (exponent) {
                    case 0 -> Math.scalb((float) fraction, -24);
                    case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
                    default -> Math.scalb((float) (fraction + 0x400), exponent - 25);
                };
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    private static String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text must be UTF-8: length=" + bytes.length, e);
        }
    }
}
