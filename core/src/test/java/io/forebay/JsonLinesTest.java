// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.testkit.MemoryTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every type has one exact form in JSON. */
class JsonLinesTest {
    private static final ArrowType HALF = new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
    private static final ArrowType SINGLE = new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType INT32 = new ArrowType.Int(32, true);

    private final Forebay forebay =
            Forebay.builder().threads(1).trackAllocations(true).build();

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void integers() throws IOException {
        assertThat(json(new ArrowType.Int(8, true), -128L)).isEqualTo("-128");
        assertThat(json(new ArrowType.Int(8, false), 255L)).isEqualTo("255");
        assertThat(json(new ArrowType.Int(16, false), 65535L)).isEqualTo("65535");
        assertThat(json(new ArrowType.Int(32, false), 4294967295L)).isEqualTo("4294967295");
        assertThat(json(new ArrowType.Int(64, true), Long.MIN_VALUE)).isEqualTo("-9223372036854775808");
        assertThat(json(new ArrowType.Int(64, false), -1L)).isEqualTo("18446744073709551615");
    }

    @Test
    void floatsAreShortestAtTheirOwnWidth() throws IOException {
        assertThat(json(DOUBLE, 0.1)).isEqualTo("0.1");
        assertThat(json(DOUBLE, 2.0E-3)).isEqualTo("0.002");
        assertThat(json(SINGLE, 0.1)).isEqualTo("0.1");
        assertThat(json(SINGLE, (double) 1.17549435E-38f)).isEqualTo("1.1754944E-38");
        assertThat(json(HALF, 0.1)).isEqualTo("0.1");
        assertThat(json(HALF, 65504.0)).isEqualTo("65500");
        assertThat(json(DOUBLE, -0.0)).isEqualTo("-0.0");
    }

    /** A zero without its sign does not read back as the value that was written. */
    @Test
    void halfFloatsKeepTheSignOfZero() throws IOException {
        assertThat(json(HALF, -0.0)).startsWith("-0");
    }

    @Test
    void whatIsNoNumberIsAString() throws IOException {
        for (ArrowType type : List.of(HALF, SINGLE, DOUBLE)) {
            assertThat(json(type, Double.NaN)).isEqualTo("\"NaN\"");
            assertThat(json(type, Double.POSITIVE_INFINITY)).isEqualTo("\"Infinity\"");
            assertThat(json(type, Double.NEGATIVE_INFINITY)).isEqualTo("\"-Infinity\"");
        }
    }

    @Test
    void scalarsAsText() throws IOException {
        assertThat(json(new ArrowType.Decimal(10, 3, 128), new BigDecimal("1.500")))
                .isEqualTo("\"1.500\"");
        assertThat(json(new ArrowType.Decimal(40, 10, 256), new BigDecimal("0.0000000000")))
                .isEqualTo("\"0.0000000000\"");
        assertThat(json(new ArrowType.Utf8(), "a\"\\\n\u0001é😀")).isEqualTo("\"a\\\"\\\\\\n\\u0001é😀\"");
        assertThat(json(new ArrowType.Binary(), new byte[] {0, -1})).isEqualTo("\"AP8=\"");
        assertThat(json(new ArrowType.FixedSizeBinary(1), new byte[] {1})).isEqualTo("\"AQ==\"");
        assertThat(json(new ArrowType.Bool(), true)).isEqualTo("true");
        assertThat(json(new ArrowType.Date(DateUnit.DAY), 18292L)).isEqualTo("\"2020-01-31\"");
        assertThat(json(new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"), 1_500_000L))
                .isEqualTo("\"1970-01-01T00:00:01.5Z\"");
    }

    @Test
    void nestedValues() throws IOException {
        Field element = field("element", INT32);
        assertThat(json(field("x", new ArrowType.List(), element), List.of(1L, 2L)))
                .isEqualTo("[1,2]");
        assertThat(json(field("x", new ArrowType.List(), element), List.of())).isEqualTo("[]");
        assertThat(json(field("x", new ArrowType.Struct(), field("a", INT32)), Map.of("a", 1L)))
                .isEqualTo("{\"a\":1}");
        assertThat(json(field("x", new ArrowType.Struct(), field("a", INT32)), Map.of()))
                .isEqualTo("{\"a\":null}");
        assertThat(json(field("x", new ArrowType.Struct(), field("a", INT32)), null))
                .isEqualTo("null");
    }

    @Test
    void oneObjectALineAndTheTargetStaysOpen() throws IOException {
        AtomicBoolean closed = new AtomicBoolean();
        ByteArrayOutputStream out = new ByteArrayOutputStream() {
            @Override
            public void close() {
                closed.set(true);
            }
        };
        write(MemoryTable.counting(2, 1), out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"id\":0}\n{\"id\":1}\n{\"id\":2}\n");
        assertThat(closed).isFalse();
    }

    @Test
    void noRowsAreNoText() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(MemoryTable.counting(0), out);
        assertThat(out.size()).isZero();
    }

    private String json(ArrowType type, Object value) throws IOException {
        return json(field("x", type), value);
    }

    private String json(Field field, Object value) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(MemoryTable.of(field).unit(new Object[][] {{value}}), out);
        String line = out.toString(StandardCharsets.UTF_8);
        assertThat(line).startsWith("{\"x\":").endsWith("}\n");
        return line.substring(5, line.length() - 2);
    }

    private void write(MemoryTable table, ByteArrayOutputStream out) throws IOException {
        try (BatchStream batches = forebay.dataset(table.location()).batchRows(2).stream();
                JsonLines lines = new JsonLines(out)) {
            for (Batch batch : batches) {
                try (batch) {
                    lines.write(batch);
                }
            }
        }
    }
}
