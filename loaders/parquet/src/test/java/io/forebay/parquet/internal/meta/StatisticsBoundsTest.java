// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.ValueBounds;
import java.math.BigDecimal;
import java.util.Objects;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Types;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Statistics become bounds only where they can be bounds. */
class StatisticsBoundsTest {
    private static final PrimitiveType INT32 = column(PrimitiveTypeName.INT32, null);
    private static final PrimitiveType UINT32 =
            column(PrimitiveTypeName.INT32, LogicalTypeAnnotation.intType(32, false));
    private static final PrimitiveType DECIMAL =
            column(PrimitiveTypeName.INT32, LogicalTypeAnnotation.decimalType(2, 9));
    private static final PrimitiveType STRING = column(PrimitiveTypeName.BINARY, LogicalTypeAnnotation.stringType());

    @Test
    void minimumAndMaximumAreBounds() {
        assertThat(bounds(INT32, bytes(-5), bytes(7))).isEqualTo(new ValueBounds(-5L, 7L));
        assertThat(bounds(UINT32, bytes(5), bytes(-1))).isEqualTo(new ValueBounds(5L, 4_294_967_295L));
        assertThat(bounds(DECIMAL, bytes(-250), bytes(100)))
                .isEqualTo(new ValueBounds(new BigDecimal("-2.50"), new BigDecimal("1.00")));
        ValueBounds strings = Objects.requireNonNull(bounds(STRING, new byte[] {'a'}, new byte[] {(byte) 0xC3}));
        assertThat((byte[]) strings.max()).containsExactly(0xC3);
    }

    @Test
    void contradictoryOnesAreNone() {
        assertThat(bounds(INT32, bytes(7), bytes(-5))).isNull();
        assertThat(bounds(UINT32, bytes(-1), bytes(5))).isNull();
        assertThat(bounds(DECIMAL, bytes(1), bytes(0))).isNull();
        assertThat(bounds(STRING, new byte[] {(byte) 0xC3}, new byte[] {'a'})).isNull();
    }

    @Test
    void missingOnesAreNone() {
        assertThat(StatisticsBounds.of(FlatColumn.of(INT32), null)).isNull();
        assertThat(StatisticsBounds.of(FlatColumn.of(INT32), Statistics.createStats(INT32)))
                .isNull();
    }

    private static @Nullable ValueBounds bounds(PrimitiveType type, byte[] min, byte[] max) {
        Statistics<?> statistics = Statistics.getBuilderForReading(type)
                .withMin(min)
                .withMax(max)
                .withNumNulls(0)
                .build();
        return StatisticsBounds.of(FlatColumn.of(type), statistics);
    }

    private static byte[] bytes(int value) {
        return new byte[] {(byte) value, (byte) (value >> 8), (byte) (value >> 16), (byte) (value >> 24)};
    }

    private static PrimitiveType column(PrimitiveTypeName physical, @Nullable LogicalTypeAnnotation annotation) {
        return Types.required(physical).as(annotation).named("x");
    }
}
