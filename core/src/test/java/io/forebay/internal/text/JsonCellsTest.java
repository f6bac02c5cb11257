// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.spi.FieldNotes;
import java.io.IOException;
import java.io.StringWriter;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.Test;

class JsonCellsTest {
    @Test
    void intervalsAreSignedUnlessNoted() throws IOException {
        assertThat(interval(Map.of(), -1, -2, -3_000_004))
                .isEqualTo("{\"months\":-1,\"days\":-2,\"millis\":-3,\"nanos\":-4}");
        assertThat(interval(Map.of(FieldNotes.KEY, FieldNotes.UNSIGNED), -1, 2, 3_000_000))
                .isEqualTo("{\"months\":4294967295,\"days\":2,\"millis\":3}");
    }

    private static String interval(Map<String, String> notes, int months, int days, long nanos) throws IOException {
        FieldType type = new FieldType(true, new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO), null, notes);
        StringWriter text = new StringWriter();
        try (BufferAllocator allocator = new RootAllocator();
                IntervalMonthDayNanoVector vector =
                        new IntervalMonthDayNanoVector(new Field("i", type, null), allocator)) {
            vector.setSafe(0, months, days, nanos);
            vector.setValueCount(1);
            try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
                JsonCells.write(json, vector, 0);
            }
        }
        return text.toString();
    }
}
