// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import io.forebay.DictionaryVector;
import io.forebay.oracle.parquet.CanonicalValues;
import io.forebay.oracle.parquet.Interval;
import io.forebay.spi.FieldNotes;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Turns cells of Arrow vectors into the canonical values of {@link CanonicalValues}, slowly and plainly. */
final class ArrowValues {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private ArrowValues() {}

    /** The canonical value of a cell, or null where there is none. */
    static Object of(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        if (vector instanceof DictionaryVector encoded) {
            return of(encoded.values(), encoded.get(row));
        }
        if (!vector.getChildrenFromFields().isEmpty()) {
            return nested(vector, row);
        }
        if (vector instanceof BitVector bits) {
            return bits.get(row) != 0;
        }
        if (vector instanceof BaseIntVector integers) {
            return integer(integers, row);
        }
        if (vector instanceof TimeStampVector timestamps) {
            return timestamp(timestamps, row);
        }
        if (vector instanceof FixedSizeBinaryVector fixed) {
            return fixedBytes(fixed, row);
        }
        if (vector instanceof VarCharVector strings) {
            return text(strings.get(row));
        }
        if (vector instanceof VarBinaryVector bytes) {
            return ByteBuffer.wrap(bytes.get(row));
        }
        if (vector instanceof IntervalMonthDayNanoVector intervals) {
            return interval(intervals, row);
        }
        return numberOrTime(vector, row);
    }

    /** A list or map as List, a struct as Map. */
    private static Object nested(FieldVector vector, int row) {
        if (vector instanceof StructVector struct) {
            Map<String, Object> values = new LinkedHashMap<>();
            struct.getChildrenFromFields().forEach(child -> values.put(child.getName(), of(child, row)));
            return values;
        }
        BaseListVector list = (BaseListVector) vector;
        boolean map = list instanceof MapVector;
        List<Object> values = new ArrayList<>();
        FieldVector elements = list.getChildrenFromFields().get(0);
        for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
            values.add(map ? entry((StructVector) elements, i) : of(elements, i));
        }
        return values;
    }

    private static Object entry(StructVector entries, int index) {
        Map<String, Object> pair = new LinkedHashMap<>();
        pair.put("key", of(entries.getChildrenFromFields().get(0), index));
        pair.put("value", of(entries.getChildrenFromFields().get(1), index));
        return pair;
    }

    private static Object numberOrTime(FieldVector vector, int row) {
        if (vector instanceof Float2Vector halves) {
            return halves.getValueAsFloat(row);
        }
        if (vector instanceof Float4Vector floats) {
            return floats.get(row);
        }
        if (vector instanceof Float8Vector doubles) {
            return doubles.get(row);
        }
        if (vector instanceof DecimalVector decimals) {
            return decimals.getObject(row);
        }
        if (vector instanceof Decimal256Vector decimals) {
            return decimals.getObject(row);
        }
        if (vector instanceof DateDayVector dates) {
            return LocalDate.ofEpochDay(dates.get(row));
        }
        if (vector instanceof TimeMilliVector times) {
            return LocalTime.ofNanoOfDay(times.get(row) * NANOS_PER_MILLI);
        }
        if (vector instanceof TimeMicroVector times) {
            return LocalTime.ofNanoOfDay(Math.multiplyExact(times.get(row), 1_000L));
        }
        if (vector instanceof TimeNanoVector times) {
            return LocalTime.ofNanoOfDay(times.get(row));
        }
        throw new IllegalArgumentException("a flat vector must be of a known type: field=" + vector.getField());
    }

    private static Object integer(BaseIntVector integers, int row) {
        long value = integers.getValueAsLong(row);
        if (integers instanceof UInt8Vector && value < 0) {
            return new BigInteger(Long.toUnsignedString(value));
        }
        return integers instanceof UInt4Vector ? (Object) (value & 0xffff_ffffL) : (Object) value;
    }

    private static Object timestamp(TimeStampVector timestamps, int row) {
        ArrowType.Timestamp type = (ArrowType.Timestamp) timestamps.getField().getType();
        long perSecond = perSecond(type.getUnit());
        long value = timestamps.get(row);
        long seconds = Math.floorDiv(value, perSecond);
        int nanos = (int) (Math.floorMod(value, perSecond) * (NANOS_PER_SECOND / perSecond));
        return type.getTimezone() == null
                ? LocalDateTime.ofEpochSecond(seconds, nanos, ZoneOffset.UTC)
                : Instant.ofEpochSecond(seconds, nanos);
    }

    private static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1L;
            case MILLISECOND -> 1_000L;
            case MICROSECOND -> 1_000_000L;
            case NANOSECOND -> NANOS_PER_SECOND;
        };
    }

    private static Object fixedBytes(FixedSizeBinaryVector fixed, int row) {
        ByteBuffer bytes = ByteBuffer.wrap(fixed.get(row));
        return FieldNotes.has(fixed.getField(), FieldNotes.UUID)
                ? new UUID(bytes.getLong(), bytes.getLong()).toString()
                : bytes;
    }

    private static Object text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("text must be UTF-8: length=" + bytes.length, e);
        }
    }

    private static Object interval(IntervalMonthDayNanoVector intervals, int row) {
        long address = (long) row * IntervalMonthDayNanoVector.TYPE_WIDTH;
        long months = Integer.toUnsignedLong(intervals.getDataBuffer().getInt(address));
        long days = Integer.toUnsignedLong(intervals.getDataBuffer().getInt(address + 4));
        long nanos = intervals.getDataBuffer().getLong(address + 8);
        return new Interval(months, days, nanos / NANOS_PER_MILLI);
    }
}
