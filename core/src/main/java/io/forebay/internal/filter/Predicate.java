// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.Filter.Operator;
import io.forebay.internal.filter.BoundFilter.ColumnReference;
import io.forebay.spi.ValueBounds;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** A condition on the values of one column. */
sealed interface Predicate extends BoundFilter.Node {
    ColumnReference column();

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
        public boolean mayPass(IntFunction<@Nullable ValueBounds> boundsOfColumn) {
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
        public boolean mayPass(IntFunction<@Nullable ValueBounds> boundsOfColumn) {
            ValueBounds bounds = column.children().isEmpty() ? boundsOfColumn.apply(column.column()) : null;
            return bounds == null || withinBounds(domain, operator, value, bounds);
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
        public boolean mayPass(IntFunction<@Nullable ValueBounds> boundsOfColumn) {
            ValueBounds bounds = column.children().isEmpty() ? boundsOfColumn.apply(column.column()) : null;
            return bounds == null
                    || negated
                    || values.stream().anyMatch(value -> withinBounds(domain, Operator.EQ, value, bounds));
        }
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
