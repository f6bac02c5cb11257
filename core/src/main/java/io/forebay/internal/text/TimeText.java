// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import io.forebay.spi.FieldNotes;
import java.time.LocalDate;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Dates, times and timestamps as ISO-8601 text, with as many fraction digits as are non-zero. */
public final class TimeText {
    private static final long SECONDS_PER_DAY = 86_400;
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final long EPOCH_DAY_MAX = 365_241_780_471L;

    private TimeText() {}

    /** The text of a date, time or timestamp column's raw value. */
    public static String of(Field field, long value) {
        ArrowType type = field.getType();
        if (type instanceof ArrowType.Date date) {
            return day(date.getUnit() == DateUnit.DAY ? value : Math.floorDiv(value, MILLIS_PER_DAY));
        }
        if (type instanceof ArrowType.Time time) {
            return clock(value, perSecond(time.getUnit())) + (FieldNotes.has(field, FieldNotes.UTC) ? "Z" : "");
        }
        ArrowType.Timestamp timestamp = (ArrowType.Timestamp) type;
        long perSecond = perSecond(timestamp.getUnit());
        long seconds = Math.floorDiv(value, perSecond);
        long ticks = Math.floorMod(seconds, SECONDS_PER_DAY) * perSecond + Math.floorMod(value, perSecond);
        String text = day(Math.floorDiv(seconds, SECONDS_PER_DAY)) + "T" + clock(ticks, perSecond);
        return timestamp.getTimezone() == null ? text : text + "Z";
    }

    private static String day(long epochDay) {
        return Math.abs(epochDay) > EPOCH_DAY_MAX
                ? epochDay + "d"
                : LocalDate.ofEpochDay(epochDay).toString();
    }

    private static String clock(long ticks, long perSecond) {
        long seconds = ticks / perSecond;
        StringBuilder text = new StringBuilder(18);
        twoDigits(text, seconds / 3600).append(':');
        twoDigits(text, seconds / 60 % 60).append(':');
        twoDigits(text, seconds % 60);
        long fraction = ticks % perSecond;
        if (fraction > 0) {
            String digits = Long.toString(perSecond + fraction).substring(1);
            int end = digits.length();
            while (digits.charAt(end - 1) == '0') {
                end--;
            }
            text.append('.').append(digits, 0, end);
        }
        return text.toString();
    }

    private static StringBuilder twoDigits(StringBuilder text, long number) {
        return (number >= 0 && number < 10 ? text.append('0') : text).append(number);
    }

    /** Ticks of a unit in a second. */
    public static long perSecond(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> 1L;
            case MILLISECOND -> 1_000L;
            case MICROSECOND -> 1_000_000L;
            case NANOSECOND -> 1_000_000_000L;
        };
    }
}
