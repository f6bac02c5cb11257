// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.TensorSpec.Element;
import io.forebay.internal.memory.NioViews;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Casts equal Java's own, at any stride, and never lose an integer. */
class CastsTest {
    private static final int[] COUNTS = {0, 1, 7, 8, 9, 31, 32, 33};

    private final Random random = new Random(3);

    static List<ArrowType> types() {
        return List.of(
                new ArrowType.Int(8, true),
                new ArrowType.Int(16, true),
                new ArrowType.Int(32, true),
                new ArrowType.Int(64, true),
                new ArrowType.Int(8, false),
                new ArrowType.Int(16, false),
                new ArrowType.Int(32, false),
                new ArrowType.Int(64, false),
                new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
                new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE),
                new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
                new ArrowType.Decimal(20, 3, 128),
                new ArrowType.Decimal(50, 3, 256),
                new ArrowType.Bool(),
                new ArrowType.Date(DateUnit.DAY),
                new ArrowType.Date(DateUnit.MILLISECOND),
                new ArrowType.Timestamp(TimeUnit.MICROSECOND, null));
    }

    @ParameterizedTest
    @MethodSource("types")
    void castsEqualJavasOwn(ArrowType type) {
        for (Element element : Element.values()) {
            if (element == Element.STRING || !Casts.allows(field(type), element)) {
                continue;
            }
            for (int count : COUNTS) {
                for (int columns = 1; columns <= 3; columns++) {
                    requireCast(type, element, count, columns, false);
                    requireCast(type, element, count, columns, true);
                }
            }
        }
    }

    private void requireCast(ArrowType type, Element element, int count, int columns, boolean nulls) {
        int from = 5;
        int stride = columns * Math.max(1, element.bytes());
        try (TestMemory memory = new TestMemory();
                FieldVector vector = field(type).createVector(memory.allocator());
                ArrowBuf target = memory.allocator().buffer(Math.max(1, (long) stride * count))) {
            Number[] expected = new Number[from + count];
            vector.setInitialCapacity(from + count);
            vector.allocateNew();
            for (int row = 0; row < from + count; row++) {
                boolean isNull = nulls && random.nextInt(3) == 0;
                expected[row] = isNull ? null : set(vector, row, bits(row));
                if (isNull) {
                    vector.setNull(row);
                }
            }
            vector.setValueCount(from + count);
            Casts.copy(vector, nulls, from, count, element, target.memoryAddress(), stride, 6);
            ByteBuffer view = Objects.requireNonNull(NioViews.of(target, 0, stride * count));
            for (int i = 0; i < count; i++) {
                Number value = expected[from + i] == null ? 6 : expected[from + i];
                assertThat(element(view, i * stride, element))
                        .as("%s as %s, row %d", type, element, i)
                        .isEqualTo(cast(value, element));
            }
        }
    }

    /** A column that is bound as it lies has elements of the tensor's size, and of its meaning. */
    @ParameterizedTest
    @MethodSource("types")
    void aViewIsWhatACopyWouldBe(ArrowType type) {
        int count = 33;
        for (Element element : Element.values()) {
            if (!Casts.isSameLayout(type, element)) {
                continue;
            }
            assertThat(Casts.allows(field(type), element)).isTrue();
            int bytes = count * element.bytes();
            try (TestMemory memory = new TestMemory();
                    FieldVector vector = field(type).createVector(memory.allocator());
                    ArrowBuf copy = memory.allocator().buffer(bytes)) {
                vector.setInitialCapacity(count);
                vector.allocateNew();
                for (int row = 0; row < count; row++) {
                    set(vector, row, bits(row));
                }
                vector.setValueCount(count);
                Casts.copy(vector, false, 0, count, element, copy.memoryAddress(), element.bytes(), 0);
                assertThat(NioViews.of(vector.getDataBuffer(), 0, bytes))
                        .as("%s as %s", type, element)
                        .isEqualTo(NioViews.of(copy, 0, bytes));
            }
        }
    }

    /** Sets a row, and returns the number that it stands for. */
    private static Number set(FieldVector vector, int row, long bits) {
        if (vector instanceof BitVector booleans) {
            booleans.setSafe(row, (int) (bits & 1));
            return bits & 1;
        }
        if (vector instanceof DecimalVector decimals) {
            decimals.setSafe(row, BigDecimal.valueOf(bits, 3));
            return BigDecimal.valueOf(bits, 3).doubleValue();
        }
        if (vector instanceof Decimal256Vector decimals) {
            decimals.setSafe(row, BigDecimal.valueOf(bits, 3));
            return BigDecimal.valueOf(bits, 3).doubleValue();
        }
        if (vector instanceof Float8Vector doubles) {
            doubles.setSafe(row, Double.longBitsToDouble(bits));
            return Double.longBitsToDouble(bits);
        }
        if (vector instanceof Float4Vector floats) {
            floats.setSafe(row, Float.intBitsToFloat((int) bits));
            return Float.intBitsToFloat((int) bits);
        }
        if (vector instanceof Float2Vector halves) {
            halves.setSafe(row, (short) bits);
            return Float16.toFloat((short) bits);
        }
        int width = ((BaseFixedWidthVector) vector).getTypeWidth();
        ((BaseFixedWidthVector) vector).setIndexDefined(row);
        switch (width) {
            case 1 -> vector.getDataBuffer().setByte(row, (byte) bits);
            case 2 -> vector.getDataBuffer().setShort(2L * row, (short) bits);
            case 4 -> vector.getDataBuffer().setInt(4L * row, (int) bits);
            default -> vector.getDataBuffer().setLong(8L * row, bits);
        }
        long narrow = width == 8 ? bits : bits << (64 - 8 * width) >> (64 - 8 * width);
        boolean unsigned = vector.getField().getType() instanceof ArrowType.Int integer && !integer.getIsSigned();
        if (!unsigned || narrow >= 0) {
            return narrow;
        }
        return width == 8 ? new BigInteger(Long.toUnsignedString(bits)) : (Number) (narrow + (1L << (8 * width)));
    }

    private long bits(int row) {
        long[] extremes = {0, -1, 1, Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53 | 1, Double.doubleToLongBits(0.1)};
        return row < extremes.length ? extremes[row] : random.nextLong();
    }

    private static Number cast(Number value, Element element) {
        return switch (element) {
            case FLOAT32 -> value instanceof Long ? (float) (long) value : (float) value.doubleValue();
            case FLOAT64 -> value.doubleValue();
            case FLOAT16 -> value.floatValue();
            case INT8, UINT8, BOOL -> value.byteValue();
            case INT16 -> value.shortValue();
            case INT32 -> value.intValue();
            default -> value.longValue();
        };
    }

    private static Number element(ByteBuffer view, int at, Element element) {
        return switch (element) {
            case FLOAT32 -> view.getFloat(at);
            case FLOAT64 -> view.getDouble(at);
            case INT8, UINT8, BOOL -> view.get(at);
            case FLOAT16 -> Float16.toFloat(view.getShort(at));
            case INT16 -> view.getShort(at);
            case INT32 -> view.getInt(at);
            default -> view.getLong(at);
        };
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
