// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.testkit.MemoryTable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A profile counts, bounds and sums exactly, with NaN as the greatest value and nulls left out. */
class ProfileTest {
    private static final ArrowType DOUBLE = new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
    private static final ArrowType INT64 = new ArrowType.Int(64, true);

    private final Forebay forebay = Forebay.builder().threads(1).build();

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void integersSumExactlyBeyond64Bits() {
        Profile.Column column = column(INT64, Long.MAX_VALUE, Long.MAX_VALUE, null, -1L);
        assertThat(column.nonNull()).isEqualTo(3);
        assertThat(column.min()).hasToString("-1");
        assertThat(column.max()).hasToString("9223372036854775807");
        assertThat(column.sum())
                .isEqualTo(BigInteger.valueOf(Long.MAX_VALUE).shiftLeft(1).subtract(BigInteger.ONE));
    }

    @Test
    void unsignedIntegersAreNotNegative() {
        Profile.Column column = column(new ArrowType.Int(64, false), -1L, 1L);
        assertThat(column.min()).hasToString("1");
        assertThat(column.max()).hasToString("18446744073709551615");
        assertThat(column.sum()).hasToString("18446744073709551616");
    }

    @Test
    void nanIsTheGreatestAndPropagatesIntoTheSum() {
        Profile.Column column = column(DOUBLE, Double.NaN, 2.0, 1.0);
        assertThat(column.min()).isEqualTo(1.0);
        assertThat(column.max()).isEqualTo(Double.NaN);
        assertThat(column.sum()).isEqualTo(Double.NaN);
    }

    @Test
    void floatsSumWithoutLosingTheSmall() {
        assertThat(column(DOUBLE, 1e100, 1.0, -1e100).sum()).isEqualTo(1.0);
        assertThat(column(DOUBLE, Double.POSITIVE_INFINITY, 1.0).sum()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void decimalsArePlainStrings() {
        Profile.Column column =
                column(new ArrowType.Decimal(10, 2, 128), new BigDecimal("-1.50"), new BigDecimal("3.00"));
        assertThat(List.of(column.min(), column.max(), column.sum())).containsExactly("-1.50", "3.00", "1.50");
    }

    @Test
    void textIsBoundedByBytesAndCutAtCodePoints() {
        String longText = "😀".repeat(61);
        Profile.Column column = column(new ArrowType.Utf8(), longText, "a", "\uFFFD");
        assertThat(column.min()).isEqualTo("a");
        assertThat(column.max()).isEqualTo("😀".repeat(60));
        assertThat(column.totalLength()).isEqualTo(61 * 4 + 1 + 3);
        assertThat(column.sum()).isNull();
    }

    @Test
    void binaryHasNoBounds() {
        Profile.Column column = column(new ArrowType.Binary(), new byte[3], new byte[1]);
        assertThat(column.min()).isNull();
        assertThat(column.max()).isNull();
        assertThat(column.totalLength()).isEqualTo(4);
    }

    @Test
    void booleansCountTheTrues() {
        Profile.Column column = column(new ArrowType.Bool(), true, false, true);
        assertThat(List.of(column.min(), column.max(), column.sum())).containsExactly(false, true, 2L);
    }

    @Test
    void datesAreText() {
        Profile.Column column = column(new ArrowType.Date(DateUnit.DAY), 0L, 18292L);
        assertThat(List.of(column.min(), column.max())).containsExactly("1970-01-01", "2020-01-31");
    }

    @Test
    void allNullHasNeitherBoundsNorSum() {
        Profile.Column column = column(INT64, null, null);
        assertThat(column.nonNull()).isZero();
        assertThat(column.min()).isNull();
        assertThat(column.max()).isNull();
        assertThat(column.sum()).isNull();
    }

    @Test
    void nestedColumnsHaveTheirLeavesAsChildren() {
        Profile.Column column = profile(
                        0, field("x", new ArrowType.Struct(), field("a", INT64)), Map.of("a", 2L), null, Map.of())
                .columns()
                .get(0);
        assertThat(column.typeName()).isEqualTo("struct<a: int64>");
        assertThat(column.nonNull()).isEqualTo(2);
        assertThat(column.children()).singleElement().satisfies(child -> {
            assertThat(child.nonNull()).isEqualTo(1);
            assertThat(child.sum()).hasToString("2");
        });
    }

    @Test
    void warningsNameTheColumn() {
        assertThat(profile(0, field("x", INT64), 7L, 7L).warnings())
                .containsExactly("fewer than 1000 rows: rows=2", "constant column: column=x, value=7");
        assertThat(profile(0, field("x", INT64), 7L, null).warnings())
                .containsExactly("fewer than 1000 rows: rows=2", "missing values: column=x, missing=1");
    }

    @Test
    void topValuesAreTheMostFrequentFirst() {
        assertThat(profile(2, field("x", new ArrowType.Utf8()), "b", "a", "c", "c")
                        .columns()
                        .get(0)
                        .top())
                .containsExactly(new Profile.ValueCount("c", 2), new Profile.ValueCount("a", 1));
    }

    @Test
    void topValuesReadAsTheirTypeDoes() {
        assertThat(top(new ArrowType.Int(8, false), 255L)).isEqualTo("255");
        assertThat(top(new ArrowType.Int(32, false), 4294967295L)).isEqualTo("4294967295");
        assertThat(top(new ArrowType.Int(64, false), -1L)).isEqualTo("18446744073709551615");
        assertThat(top(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), 1.5))
                .isEqualTo("1.5");
    }

    private String top(ArrowType type, Object value) {
        return profile(1, field("x", type), value).columns().get(0).top().get(0).value();
    }

    private Profile.Column column(ArrowType type, Object... values) {
        return profile(0, field("x", type), values).columns().get(0);
    }

    private Profile profile(int top, Field field, Object... values) {
        Object[][] rows =
                Arrays.stream(values).map(value -> new Object[] {value}).toArray(Object[][]::new);
        return forebay.dataset(MemoryTable.of(field).unit(rows).location()).profile(top);
    }
}
