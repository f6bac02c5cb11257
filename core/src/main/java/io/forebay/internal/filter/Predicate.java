// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.Filter.Operator;
import io.forebay.internal.filter.BoundFilter.ColumnReference;
import io.forebay.spi.UnitIndex.RowBounds;
import io.forebay.spi.ValueBounds;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.vector.FieldVector;

/** A condition on the values of one column. */
sealed interface Predicate extends BoundFilter.Node {
    ColumnReference column();

    /** False when no value within the bounds can satisfy the condition. */
    boolean mayPass(ValueBounds bounds);

    @Override
    default RowRanges candidates(Claims claims, long rows) {
        if (!mayPass(claims)) {
            return RowRanges.NONE;
        }
        List<RowBounds> runs = column().children().isEmpty() ? claims.rowBounds(column().column()) : List.of();
        return runs.isEmpty()
                ? RowRanges.first(rows)
                : RowRanges.union(runs.stream()
                        .filter(run -> run.bounds() == null || mayPass(run.bounds()))
                        .map(RowBounds::rows)
                        .toList());
    }

    /** {@code column is [not] null}. Null counts in files are known to lie, so this never prunes. */
    record IsNull(ColumnReference column, boolean negated) implements Predicate {
        @Override
        public byte[] evaluate(IntFunction<FieldVector> vectorOfColumn, int rows) {
            byte[] truth = ColumnValues.of(column, vectorOfColumn).validity(rows);
            for (int row = 0; row < rows; row++) {
                boolean isNull = truth[row] == 0;
                truth[row] = isNull != negated ? TRUE : FALSE;
            }
            return truth;
        }

        @Override
        public boolean mayPass(Claims claims) {
            return true;
        }

        @Override
        public boolean mayPass(ValueBounds bounds) {
            return true;
        }
    }

    /** {@code column operator value}. */
    record Compares(ColumnReference column, ColumnDomain domain, Operator operator, Object value) implements Predicate {
        @Override
        public byte[] evaluate(IntFunction<FieldVector> vectorOfColumn, int rows) {
            ColumnValues values = ColumnValues.of(column, vectorOfColumn);
            byte[] signs = values.compareTo(domain, value, rows);
            byte[] truth = values.validity(rows);
            for (int row = 0; row < rows; row++) {
                truth[row] = truth[row] == 0 ? UNKNOWN : operator.accepts(signs[row]) ? TRUE : FALSE;
            }
            return truth;
        }

        @Override
        public boolean mayPass(Claims claims) {
            return leavesRoom(this, claims, operator == Operator.EQ ? List.of(value) : List.of());
        }

        @Override
        public boolean mayPass(ValueBounds bounds) {
            return withinBounds(domain, operator, value, bounds);
        }
    }

    /** {@code column [not] in (values)}. */
    record IsOneOf(ColumnReference column, ColumnDomain domain, List<Object> values, boolean negated)
            implements Predicate {
        @Override
        public byte[] evaluate(IntFunction<FieldVector> vectorOfColumn, int rows) {
            ColumnValues columnValues = ColumnValues.of(column, vectorOfColumn);
            boolean[] found = new boolean[rows];
            for (Object value : values) {
                byte[] signs = columnValues.compareTo(domain, value, rows);
                for (int row = 0; row < rows; row++) {
                    found[row] |= signs[row] == 0;
                }
            }
            byte[] truth = columnValues.validity(rows);
            for (int row = 0; row < rows; row++) {
                truth[row] = truth[row] == 0 ? UNKNOWN : found[row] != negated ? TRUE : FALSE;
            }
            return truth;
        }

        @Override
        public boolean mayPass(Claims claims) {
            return leavesRoom(this, claims, negated ? List.of() : values);
        }

        @Override
        public boolean mayPass(ValueBounds bounds) {
            return negated || values.stream().anyMatch(value -> withinBounds(domain, Operator.EQ, value, bounds));
        }
    }

    /**
     * Whether claims leave room for a row that passes.
     *
     * @param values those that the column must have one of; empty where others would do, too
     */
    private static boolean leavesRoom(Predicate predicate, Claims claims, List<Object> values) {
        if (!predicate.column().children().isEmpty()) {
            return true;
        }
        int column = predicate.column().column();
        ValueBounds bounds = claims.bounds(column);
        if (bounds != null && !predicate.mayPass(bounds)) {
            return false;
        }
        if (values.isEmpty()) {
            return true;
        }
        if (!claims.mayContain(column, values)) {
            return false;
        }
        FieldVector distinct = claims.distinctValues(column);
        return distinct == null || predicate.isTrueOfAny(distinct);
    }

    private boolean isTrueOfAny(FieldVector values) {
        byte[] truth = evaluate(column -> values, values.getValueCount());
        for (byte one : truth) {
            if (one == TRUE) {
                return true;
            }
        }
        return false;
    }

    /** False when no value within the bounds, and no NaN, which bounds do not cover, can satisfy the comparison. */
    private static boolean withinBounds(ColumnDomain domain, Operator operator, Object value, ValueBounds bounds) {
        boolean floating = domain == ColumnDomain.FLOATING;
        return switch (operator) {
            case EQ ->
                (floating && ((Double) value).isNaN())
                        || (domain.compare(bounds.min(), value) <= 0 && domain.compare(bounds.max(), value) >= 0);
            case NE -> true;
            case LT -> domain.compare(bounds.min(), value) < 0;
            case LE -> domain.compare(bounds.min(), value) <= 0 || (floating && ((Double) value).isNaN());
            case GT -> floating || domain.compare(bounds.max(), value) > 0;
            case GE -> floating || domain.compare(bounds.max(), value) >= 0;
        };
    }
}
