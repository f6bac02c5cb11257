// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.TensorSpec.Element;
import io.forebay.internal.memory.NioViews;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;

/** Casts equal Java's own, at any stride, and never lose an integer. */
class CastsTest {
    @Property(tries = 200)
    void longsBecomeFloatsAsJavaCastsThem(
            @ForAll @Size(min = 1, max = 70) List<Long> values, @ForAll @IntRange(min = 1, max = 5) int columns) {
        try (TestMemory memory = new TestMemory();
                BigIntVector vector = new BigIntVector("x", memory.allocator());
                ArrowBuf target = memory.allocator().buffer(4L * columns * values.size())) {
            vector.allocateNew(values.size());
            for (int row = 0; row < values.size(); row++) {
                vector.set(row, values.get(row));
            }
            vector.setValueCount(values.size());
            Casts.copy(vector, 0, values.size(), Element.FLOAT32, target.memoryAddress(), 4L * columns, 0);
            ByteBuffer view = Objects.requireNonNull(NioViews.of(target, 0, 4 * columns * values.size()));
            for (int row = 0; row < values.size(); row++) {
                assertThat(view.getFloat(4 * columns * row)).isEqualTo((float) (long) values.get(row));
            }
        }
    }

    @Property(tries = 100)
    void doublesAndNullsBecomeFloats(@ForAll @Size(min = 1, max = 40) List<Double> values) {
        try (TestMemory memory = new TestMemory();
                Float8Vector vector = new Float8Vector("x", memory.allocator());
                ArrowBuf target = memory.allocator().buffer(4L * values.size())) {
            vector.allocateNew(values.size());
            for (int row = 0; row < values.size(); row++) {
                if (row % 3 == 2) {
                    vector.setNull(row);
                } else {
                    vector.set(row, values.get(row));
                }
            }
            vector.setValueCount(values.size());
            Casts.copy(vector, 0, values.size(), Element.FLOAT32, target.memoryAddress(), 4, -7);
            ByteBuffer view = Objects.requireNonNull(NioViews.of(target, 0, 4 * values.size()));
            for (int row = 0; row < values.size(); row++) {
                float expected = row % 3 == 2 ? -7 : (float) (double) values.get(row);
                assertThat(view.getFloat(4 * row)).isEqualTo(expected);
            }
        }
    }

    @Test
    void unsignedLongsKeepTheirMagnitude() {
        try (TestMemory memory = new TestMemory();
                UInt8Vector vector = new UInt8Vector("x", memory.allocator());
                ArrowBuf target = memory.allocator().buffer(8)) {
            vector.allocateNew(1);
            vector.set(0, -1L);
            vector.setValueCount(1);
            Casts.copy(vector, 0, 1, Element.FLOAT64, target.memoryAddress(), 8, 0);
            assertThat(Objects.requireNonNull(NioViews.of(target, 0, 8)).getDouble(0))
                    .isEqualTo(0x1p64);
        }
    }

    @Test
    void onlyWhatFitsIsAllowed() {
        assertThat(Casts.allows(field(new ArrowType.Int(64, true)), Element.INT64))
                .isTrue();
        assertThat(Casts.allows(field(new ArrowType.Int(64, true)), Element.INT32))
                .isFalse();
        assertThat(Casts.allows(field(new ArrowType.Int(32, false)), Element.INT32))
                .isFalse();
        assertThat(Casts.allows(field(new ArrowType.Int(32, false)), Element.INT64))
                .isTrue();
        assertThat(Casts.allows(field(new ArrowType.Int(64, false)), Element.INT64))
                .isFalse();
        assertThat(Casts.allows(field(new ArrowType.Timestamp(TimeUnit.MICROSECOND, null)), Element.INT64))
                .isTrue();
        assertThat(Casts.allows(field(new ArrowType.Utf8()), Element.FLOAT32)).isFalse();
        assertThat(Casts.allows(field(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)), Element.INT64))
                .isFalse();
    }

    private static Field field(ArrowType type) {
        return Field.nullable("x", type);
    }
}
