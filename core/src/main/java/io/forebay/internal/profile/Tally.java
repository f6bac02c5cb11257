// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.profile;

import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.text.JsonCells;
import io.forebay.internal.text.TimeText;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Running minimum, maximum and sum of a column's non-null values. Not thread-safe. */
abstract class Tally {
    private static final int TEXT_CODE_POINTS_MAX = 60;

    static Tally of(Field field) {
        return switch (field.getType().getTypeID()) {
            case Bool -> new Booleans();
            case Int -> new Integers(field);
            case Date, Time, Timestamp -> new Times(field);
            case FloatingPoint -> new Floats(((ArrowType.FloatingPoint) field.getType()).getPrecision());
            case Decimal -> new Decimals();
            case Utf8, LargeUtf8, Utf8View -> new Strings();
            case Binary, LargeBinary, BinaryView, FixedSizeBinary -> new Binaries();
            default -> new Nothing();
        };
    }

    abstract void add(FieldVector vector, int row);

    @Nullable
    Object min() {
        return null;
    }

    @Nullable
    Object max() {
        return null;
    }

    @Nullable
    Object sum() {
        return null;
    }

    @Nullable
    Long totalLength() {
        return null;
    }

    /** Types that are only counted. */
    private static final class Nothing extends Tally {
        @Override
        void add(FieldVector vector, int row) {}
    }

    private static final class Booleans extends Tally {
        private long trues;
        private long falses;

        @Override
        void add(FieldVector vector, int row) {
            int value = ((BitVector) vector).get(row);
            trues += value;
            falses += 1 - value;
        }

        @Override
        Object min() {
            return falses == 0;
        }

        @Override
        Object max() {
            return trues > 0;
        }

        @Override
        Object sum() {
            return trues;
        }
    }

    /** Integers: the sum is exact, carried over into a big integer before it overflows. */
    private static final class Integers extends Tally {
        private final long flip;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;
        private BigInteger carried = BigInteger.ZERO;
        private long sum;

        Integers(Field field) {
            ArrowType.Int type = (ArrowType.Int) field.getType();
            this.flip = type.getIsSigned() || type.getBitWidth() < 64 ? 0 : Long.MIN_VALUE;
        }

        @Override
        void add(FieldVector vector, int row) {
            long value = IntegerCells.get(vector, row);
            min = Math.min(min, value ^ flip);
            max = Math.max(max, value ^ flip);
            long next = sum + value;
            boolean overflows = ((sum ^ next) & (value ^ next)) < 0;
            if (overflows || (flip != 0 && value < 0)) {
                carried = carried.add(BigInteger.valueOf(sum)).add(unsigned(value));
                sum = 0;
            } else {
                sum = next;
            }
        }

        private BigInteger unsigned(long value) {
            return flip == 0 ? BigInteger.valueOf(value) : new BigInteger(Long.toUnsignedString(value));
        }

        @Override
        Object min() {
            return unsigned(min ^ flip);
        }

        @Override
        Object max() {
            return unsigned(max ^ flip);
        }

        @Override
        Object sum() {
            return carried.add(BigInteger.valueOf(sum));
        }
    }

    private static final class Times extends Tally {
        private final Field field;
        private long min = Long.MAX_VALUE;
        private long max = Long.MIN_VALUE;

        Times(Field field) {
            this.field = field;
        }

        @Override
        void add(FieldVector vector, int row) {
            long value = IntegerCells.get(vector, row);
            min = Math.min(min, value);
            max = Math.max(max, value);
        }

        @Override
        Object min() {
            return TimeText.of(field, min);
        }

        @Override
        Object max() {
            return TimeText.of(field, max);
        }
    }

    /** Floats: NaN is the greatest value and propagates into the sum, which is compensated (Neumaier). */
    private static final class Floats extends Tally {
        private final FloatingPointPrecision precision;
        private double min = Double.NaN;
        private double max = Double.NEGATIVE_INFINITY;
        private double sum;
        private double compensation;

        Floats(FloatingPointPrecision precision) {
            this.precision = precision;
        }

        @Override
        void add(FieldVector vector, int row) {
            double value = vector instanceof Float8Vector doubles
                    ? doubles.get(row)
                    : vector instanceof Float4Vector floats
                            ? floats.get(row)
                            : ((Float2Vector) vector).getValueAsFloat(row);
            min = Double.isNaN(min) || value < min ? value : min;
            max = Double.isNaN(value) || value > max ? value : max;
            double next = sum + value;
            compensation += Math.abs(sum) >= Math.abs(value) ? (sum - next) + value : (value - next) + sum;
            sum = next;
        }

        private Object own(double value) {
            return precision == FloatingPointPrecision.DOUBLE ? (Object) value : (Object) (float) value;
        }

        @Override
        Object min() {
            return own(min);
        }

        @Override
        Object max() {
            return own(max);
        }

        @Override
        Object sum() {
            return Double.isFinite(sum) ? sum + compensation : sum;
        }
    }

    private static final class Decimals extends Tally {
        private @Nullable BigDecimal min;
        private @Nullable BigDecimal max;
        private BigDecimal sum = BigDecimal.ZERO;

        @Override
        void add(FieldVector vector, int row) {
            BigDecimal value = JsonCells.decimal(vector, row);
            min = min == null || value.compareTo(min) < 0 ? value : min;
            max = max == null || value.compareTo(max) > 0 ? value : max;
            sum = sum.add(value);
        }

        @Override
        @Nullable
        Object min() {
            return min == null ? null : min.toPlainString();
        }

        @Override
        @Nullable
        Object max() {
            return max == null ? null : max.toPlainString();
        }

        @Override
        Object sum() {
            return sum.toPlainString();
        }
    }

    /** Bytes, of which only the length is summed up. */
    private static class Binaries extends Tally {
        private long totalLength;

        @Override
        void add(FieldVector vector, int row) {
            add(ByteCells.get(vector, row));
        }

        void add(byte[] value) {
            totalLength += value.length;
        }

        @Override
        Long totalLength() {
            return totalLength;
        }
    }

    private static final class Strings extends Binaries {
        private byte @Nullable [] min;
        private byte @Nullable [] max;

        @Override
        void add(byte[] value) {
            super.add(value);
            min = min == null || Arrays.compareUnsigned(value, min) < 0 ? value : min;
            max = max == null || Arrays.compareUnsigned(value, max) > 0 ? value : max;
        }

        @Override
        @Nullable
        Object min() {
            return min == null ? null : cut(min);
        }

        @Override
        @Nullable
        Object max() {
            return max == null ? null : cut(max);
        }

        private static String cut(byte[] value) {
            String text = new String(value, StandardCharsets.UTF_8);
            boolean fits = text.codePointCount(0, text.length()) <= TEXT_CODE_POINTS_MAX;
            return fits ? text : text.substring(0, text.offsetByCodePoints(0, TEXT_CODE_POINTS_MAX));
        }
    }
}
