// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.MissingColumnException;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.math.BigDecimal;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A literal means the value that its column holds, or is refused before anything is read. */
class FilterLiteralTest {
    private final Forebay forebay = Forebay.builder().threads(1).build();
    private final MemoryTable table = MemoryTable.of(
                    field("id", new ArrowType.Int(64, true)),
                    field("u8", new ArrowType.Int(8, false)),
                    field("f16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
                    field("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
                    field("d", new ArrowType.Decimal(4, 2, 128)),
                    field("text", new ArrowType.Utf8()),
                    field("flag", new ArrowType.Bool()),
                    field("day", new ArrowType.Date(DateUnit.DAY)),
                    field("ms", new ArrowType.Timestamp(TimeUnit.MILLISECOND, null)),
                    field(
                            "s",
                            new ArrowType.Struct(),
                            field("a", new ArrowType.Int(32, true)),
                            field("b", new ArrowType.Int(32, true))))
            .unit(
                    row(0, 200L, 0.1, 0.1, "1.50", "x", true, 1L, 1000L, Map.of("a", 1L, "b", 2L)),
                    row(1, 1L, 2.0, Double.POSITIVE_INFINITY, "99.99", "y", false, 0L, 0L, null));

    @AfterEach
    void close() {
        forebay.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u8 = 200",
                "u8 = 2e2",
                "u8 > 1.0",
                "f32 = 0.1",
                "f16 = 0.1",
                "d = 1.5",
                "d = 1.500",
                "text = 'x'",
                "flag = true",
                "day = date '1970-01-02'",
                "day > timestamp '1970-01-01T00:00:00Z'",
                "ms = timestamp '1970-01-01T00:00:01'",
                "ms > date '1970-01-01'",
                "s.b = 2",
                "s is not null"
            })
    void findsTheFirstRow(String filter) {
        assertThat(Vectors.ids(forebay.dataset(table.location()).filter(Filter.parse(filter)).stream()))
                .containsExactly(0L);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "u8 = -1",
                "u8 = 256",
                "u8 = 1.5",
                "u8 = '1'",
                "u8 = nan",
                "f32 = '1'",
                "d = 1.505",
                "d = 100",
                "text = 1",
                "flag = 1",
                "day = timestamp '1970-01-02T00:00:01Z'",
                "day = 1",
                "ms = timestamp '1970-01-01T00:00:00.0001Z'",
                "text = date '1970-01-01'",
                "s = 1"
            })
    void whatTheTypeCannotHoldIsAUsageError(String filter) {
        assertThatThrownBy(() -> forebay.dataset(table.location()).filter(Filter.parse(filter)).stream())
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.USAGE))
                .hasMessageContaining("column=" + filter.substring(0, filter.indexOf(' ')));
    }

    @Test
    void theMessageNamesColumnTypeAndLiteral() {
        assertThatThrownBy(() -> forebay.dataset(table.location())
                        .filter(Filter.parse("u8 = 256"))
                        .schema())
                .hasMessage("a literal must fit the type of its column: column=u8, type=uint8, literal=256");
    }

    @Test
    void anUnknownColumnIsNamedWithThoseThatAreThere() {
        assertThatThrownBy(() -> forebay.dataset(table.location()).filter(Filter.parse("s.c = 1")).stream())
                .isInstanceOf(MissingColumnException.class)
                .hasMessage("column must exist: column=s.c, columns=[a, b] [at " + table.location() + "]");
    }

    /** Fails where a literal is rounded to infinity before it is compared. */
    @Test
    void aNumberBeyondTheWidthOfAFloatIsNotInfinity() {
        Dataset dataset = forebay.dataset(table.location()).filter(Filter.parse("f32 > 1e39"));
        assertThatThrownBy(dataset::stream)
                .hasMessage("a literal must fit the type of its column: column=f32, type=float32, literal=1E+39");
    }

    @Test
    void aFilterOnAPartlySelectedStructIsRefusedByName() {
        Dataset dataset = forebay.dataset(table.location()).select("id", "s.a").filter(Filter.parse("s.b = 2"));
        assertThatThrownBy(dataset::stream)
                .hasMessage("a filter on a struct needs the whole struct selected, or none of it: column=s.b");
    }

    private static Object[] row(
            long id,
            Long u8,
            Double f16,
            Double f32,
            String d,
            String text,
            Boolean flag,
            Long day,
            Long ms,
            Object s) {
        return new Object[] {id, u8, f16, f32, new BigDecimal(d), text, flag, day, ms, s};
    }
}
