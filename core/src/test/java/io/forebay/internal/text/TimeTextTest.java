// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.FieldNotes;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dates and times read as ISO-8601 with as many fraction digits as are non-zero, before 1970 and past 9999 too. */
class TimeTextTest {
    @ParameterizedTest
    @CsvSource({"0, 1970-01-01", "-1, 1969-12-31", "18292, 2020-01-31", "2932897, +10000-01-01", "-719529, -0001-12-31"
    })
    void days(long value, String text) {
        assertThat(TimeText.of(field(new ArrowType.Date(DateUnit.DAY)), value)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"-1, 1969-12-31", "86399999, 1970-01-01", "86400000, 1970-01-02"})
    void daysInMilliseconds(long value, String text) {
        assertThat(TimeText.of(field(new ArrowType.Date(DateUnit.MILLISECOND)), value))
                .isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 00:00:00", "45296789, 12:34:56.789", "45296700, 12:34:56.7", "1, 00:00:00.001"})
    void timesOfDay(long value, String text) {
        assertThat(TimeText.of(field(new ArrowType.Time(TimeUnit.MILLISECOND, 32)), value))
                .isEqualTo(text);
    }

    @Test
    void timesOfDayInUtcEndWithZ() {
        ArrowType nanos = new ArrowType.Time(TimeUnit.NANOSECOND, 64);
        Field utc = new Field("t", new FieldType(true, nanos, null, Map.of(FieldNotes.KEY, FieldNotes.UTC)), List.of());
        assertThat(TimeText.of(utc, 1)).isEqualTo("00:00:00.000000001Z");
    }

    @ParameterizedTest
    @CsvSource({
        "SECOND, 0, 1970-01-01T00:00:00",
        "MILLISECOND, -1, 1969-12-31T23:59:59.999",
        "MICROSECOND, 1500000, 1970-01-01T00:00:01.5",
        "NANOSECOND, -1, 1969-12-31T23:59:59.999999999",
        "NANOSECOND, 9223372036854775807, 2262-04-11T23:47:16.854775807"
    })
    void timestamps(TimeUnit unit, long value, String text) {
        assertThat(TimeText.of(field(new ArrowType.Timestamp(unit, null)), value))
                .isEqualTo(text);
        assertThat(TimeText.of(field(new ArrowType.Timestamp(unit, "UTC")), value))
                .isEqualTo(text + "Z");
    }

    @Test
    void whatNoCalendarHoldsIsStillText() {
        ArrowType seconds = new ArrowType.Timestamp(TimeUnit.SECOND, null);
        assertThat(TimeText.of(field(seconds), Long.MAX_VALUE)).endsWith("dT15:30:07");
        assertThat(TimeText.of(field(seconds), Long.MIN_VALUE)).endsWith("dT08:29:52");
    }

    private static Field field(ArrowType type) {
        return Field.nullable("t", type);
    }
}
