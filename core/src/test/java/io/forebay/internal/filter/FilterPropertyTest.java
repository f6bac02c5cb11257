// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Filters over every type equal a twin that evaluates one row at a time with three-valued logic, whatever is pruned by
 * bounds and indexes that are true.
 */
class FilterPropertyTest {
    private static final int UNITS = 4;
    private static final List<Filter.Operator> OPERATORS = List.of(Filter.Operator.values());
    private static final List<Field> FIELDS = List.of(
            field("id", new ArrowType.Int(64, true)),
            field("i8", new ArrowType.Int(8, true)),
            field("i16", new ArrowType.Int(16, true)),
            field("i32", new ArrowType.Int(32, true)),
            field("i64", new ArrowType.Int(64, true)),
            field("u8", new ArrowType.Int(8, false)),
            field("u16", new ArrowType.Int(16, false)),
            field("u32", new ArrowType.Int(32, false)),
            field("u64", new ArrowType.Int(64, false)),
            field("f16", new ArrowType.FloatingPoint(FloatingPointPrecision.HALF)),
            field("f32", new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE)),
            field("f64", new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE)),
            field("dec", new ArrowType.Decimal(20, 2, 128)),
            field("dec256", new ArrowType.Decimal(40, 2, 256)),
            field("text", new ArrowType.Utf8()),
            field("bin", new ArrowType.Binary()),
            field("fixed", new ArrowType.FixedSizeBinary(2)),
            field("bool", new ArrowType.Bool()),
            field("date", new ArrowType.Date(DateUnit.DAY)),
            field("time", new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")));

    private Forebay forebay;

    @BeforeProperty
    void open() {
        forebay = Forebay.builder().threads(2).build();
    }

    @AfterProperty
    void close() {
        forebay.close();
    }

    @Property(tries = 300)
    void equalsTheRowWiseTwin(
            @ForAll @IntRange(max = 12) int unitRows,
            @ForAll @IntRange(min = 1, max = 9) int batchRows,
            @ForAll Random random) {
        MemoryTable table = table(unitRows, random);
        Filter filter = filter(3, random);
        Dataset dataset = forebay.dataset(table.location()).filter(filter).batchRows(batchRows);
        List<Long> expected = new ArrayList<>();
        for (Object[] row : table.rows()) {
            if (Boolean.TRUE.equals(truth(filter, row))) {
                expected.add((Long) row[0]);
            }
        }
        assertThat(Vectors.ids(dataset.prune(false).stream())).as("%s", filter).isEqualTo(expected);
        assertThat(Vectors.ids(dataset.prune(true).stream()))
                .as("pruned, %s", filter)
                .isEqualTo(expected);
    }

    private static MemoryTable table(int unitRows, Random random) {
        MemoryTable table = MemoryTable.of(FIELDS.toArray(Field[]::new)).withBounds();
        table.withIndexes(random.nextInt(6));
        long id = 0;
        for (int unit = 0; unit < UNITS; unit++) {
            Object[][] rows = new Object[unitRows][FIELDS.size()];
            for (Object[] row : rows) {
                row[0] = id++;
                for (int column = 1; column < row.length; column++) {
                    row[column] = random.nextInt(4) == 0 ? null : value(column, random);
                }
            }
            table.unit(rows);
        }
        return table;
    }

    /** A value among a few, so that rows and literals meet. */
    private static Object value(int column, Random random) {
        ArrowType type = FIELDS.get(column).getType();
        int pick = random.nextInt(6);
        if (type instanceof ArrowType.Int integer) {
            return integers(integer)[pick];
        }
        if (type instanceof ArrowType.FloatingPoint) {
            return new Double[] {Double.NaN, -0.0, 0.0, 1.5, -2.0, Double.POSITIVE_INFINITY}[pick];
        }
        if (type instanceof ArrowType.Decimal) {
            return new BigDecimal(new String[] {"0.00", "-1.50", "1.50", "12.34", "99.99", "-99.99"}[pick]);
        }
        if (type instanceof ArrowType.Bool) {
            return pick < 3;
        }
        if (type instanceof ArrowType.FixedSizeBinary) {
            return new byte[] {(byte) (pick * 50), (byte) pick};
        }
        if (type instanceof ArrowType.Binary) {
            return new byte[][] {{}, {0}, {-1}, {1, 2}, {1}, {127}}[pick];
        }
        if (type instanceof ArrowType.Utf8) {
            return new String[] {"", "a", "ab", "é", "\uFFFD", "😀"}[pick];
        }
        return type instanceof ArrowType.Date ? (Object) (pick - 3L) : (Object) ((pick - 3) * 86_400_000_000L);
    }

    private static Long[] integers(ArrowType.Int type) {
        int bits = type.getBitWidth();
        long ones = bits == 64 ? -1L : (1L << bits) - 1;
        return type.getIsSigned()
                ? new Long[] {-1L, 0L, 1L, 5L, (ones >>> 1), -(ones >>> 1) - 1}
                : new Long[] {0L, 1L, 5L, (ones >>> 1), (ones >>> 1) + 1, ones};
    }

    private static Filter filter(int depth, Random random) {
        return switch (depth == 0 ? 0 : random.nextInt(5)) {
            case 1 -> filter(depth - 1, random).and(filter(depth - 1, random));
            case 2 -> filter(depth - 1, random).or(filter(depth - 1, random));
            case 3 -> filter(depth - 1, random).negate();
            default -> predicate(random);
        };
    }

    private static Filter predicate(Random random) {
        int column = 1 + random.nextInt(FIELDS.size() - 1);
        ColumnPath path = ColumnPath.ofName(FIELDS.get(column).getName());
        return switch (random.nextInt(4)) {
            case 0 -> new Filter.Missing(path);
            case 1 ->
                new Filter.Membership(
                        path, List.of(literal(column, value(column, random)), literal(column, value(column, random))));
            default ->
                new Filter.Comparison(
                        path, OPERATORS.get(random.nextInt(OPERATORS.size())), literal(column, value(column, random)));
        };
    }

    private static Object literal(int column, Object value) {
        ArrowType type = FIELDS.get(column).getType();
        if (type instanceof ArrowType.Int integer && !integer.getIsSigned()) {
            return new BigDecimal(Long.toUnsignedString((Long) value));
        }
        if (type instanceof ArrowType.Date) {
            return LocalDate.ofEpochDay((Long) value);
        }
        return type instanceof ArrowType.Timestamp ? Instant.ofEpochSecond((Long) value / 1_000_000) : value;
    }

    /** The truth of a condition about one row: true, false, or null for unknown. */
    private static Boolean truth(Filter filter, Object[] row) {
        if (filter instanceof Filter.And and) {
            return all(and.operands(), row, false);
        }
        if (filter instanceof Filter.Or or) {
            return not(all(or.operands(), row, true));
        }
        if (filter instanceof Filter.Not not) {
            return not(truth(not.operand(), row));
        }
        if (filter instanceof Filter.Missing missing) {
            return row[ordinal(missing.column())] == null;
        }
        if (filter instanceof Filter.Membership membership) {
            int column = ordinal(membership.column());
            return row[column] == null
                    ? null
                    : (Boolean) membership.literals().stream().anyMatch(literal -> compare(column, row, literal) == 0);
        }
        Filter.Comparison comparison = (Filter.Comparison) filter;
        int column = ordinal(comparison.column());
        return row[column] == null
                ? null
                : (Boolean) comparison.operator().accepts(compare(column, row, comparison.literal()));
    }

    private static Boolean all(List<Filter> operands, Object[] row, boolean negated) {
        Boolean result = true;
        for (Filter operand : operands) {
            Boolean truth = truth(operand, row);
            result = conjunction(result, negated ? not(truth) : truth);
        }
        return result;
    }

    private static Boolean conjunction(Boolean left, Boolean right) {
        if (Boolean.FALSE.equals(left) || Boolean.FALSE.equals(right)) {
            return false;
        }
        return left == null ? null : right;
    }

    private static Boolean not(Boolean truth) {
        return truth == null ? null : (Boolean) !truth;
    }

    private static int compare(int column, Object[] row, Object literal) {
        Object value = row[column];
        if (value instanceof Double number) {
            return sqlCompare(number, ((Number) literal).doubleValue());
        }
        if (value instanceof Long number) {
            return ((BigDecimal) asNumber(literal(column, number))).compareTo((BigDecimal) asNumber(literal));
        }
        if (value instanceof BigDecimal number) {
            return number.compareTo((BigDecimal) literal);
        }
        return value instanceof Boolean bool
                ? bool.compareTo((Boolean) literal)
                : Arrays.compareUnsigned(utf8(value), utf8(literal));
    }

    private static int sqlCompare(double left, double right) {
        if (Double.isNaN(left) || Double.isNaN(right)) {
            return Boolean.compare(Double.isNaN(left), Double.isNaN(right));
        }
        return Double.compare(left + 0.0, right + 0.0);
    }

    private static Object asNumber(Object value) {
        if (value instanceof LocalDate date) {
            return BigDecimal.valueOf(date.toEpochDay());
        }
        if (value instanceof Instant instant) {
            return BigDecimal.valueOf(instant.getEpochSecond());
        }
        return value instanceof Long number ? BigDecimal.valueOf(number) : value;
    }

    private static byte[] utf8(Object value) {
        if (value instanceof String text) {
            return text.getBytes(StandardCharsets.UTF_8);
        }
        return value instanceof ByteBuffer literal ? Literals.copy(literal) : (byte[]) value;
    }

    private static int ordinal(ColumnPath path) {
        return FIELDS.stream().map(Field::getName).toList().indexOf(path.root());
    }
}
