// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.Filter.Operator;
import io.forebay.internal.Fields;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * A filter that has been checked against a schema: names are ordinals, literals are values of their column's domain, and
 * negations have been pushed down to the predicates. Immutable and thread-safe; {@link #select} keeps no state.
 */
public final class BoundFilter {
    private final Node root;
    private final int[] columns;

    private BoundFilter(Node root, int[] columns) {
        this.root = root;
        this.columns = columns;
    }

    /**
     * Checks {@code filter} against {@code schema}.
     *
     * @param dataset what messages call the data set
     * @throws MissingColumnException for an unknown column
     * @throws io.forebay.ForebayException of kind {@code usage} for a literal that does not fit its column
     */
    public static BoundFilter bind(Filter filter, Schema schema, String dataset) {
        List<ColumnReference> references = new ArrayList<>();
        Node root = new Binder(schema, dataset, references).bind(filter, false);
        int[] columns = references.stream()
                .mapToInt(ColumnReference::column)
                .distinct()
                .sorted()
                .toArray();
        return new BoundFilter(root, columns);
    }

    /** The top-level ordinals of the columns that the condition reads, ascending. */
    public int[] columns() {
        return columns.clone();
    }

    /** False when what is claimed of a unit rules out that any of its rows passes. */
    public boolean mayPass(Claims claims) {
        return root.mayPass(claims);
    }

    /** The rows, of the {@code rows} that a unit has, of which the claims do not rule out that they pass. */
    public RowRanges candidates(Claims claims, long rows) {
        return root.candidates(claims, rows);
    }

    /**
     * The rows that pass, ascending.
     *
     * @param vectorOfColumn the vectors of {@link #columns}, by top-level ordinal
     */
    public int[] select(IntFunction<FieldVector> vectorOfColumn, int rows) {
        byte[] truth = root.evaluate(vectorOfColumn, rows);
        int count = 0;
        for (int row = 0; row < rows; row++) {
            count += truth[row] >> 1;
        }
        int[] selected = new int[count];
        int next = 0;
        for (int row = 0; row < rows; row++) {
            if (truth[row] == Node.TRUE) {
                selected[next++] = row;
            }
        }
        return selected;
    }

    /** A part of the condition. Truth values are ordered so that "and" is the minimum and "or" the maximum. */
    sealed interface Node permits Predicate, Junction {
        byte FALSE = 0;
        byte UNKNOWN = 1;
        byte TRUE = 2;

        /** The truth value of each row, in an array that the caller may overwrite. */
        byte[] evaluate(IntFunction<FieldVector> vectorOfColumn, int rows);

        boolean mayPass(Claims claims);

        /** Rows that may pass, of the {@code rows} of a unit. */
        RowRanges candidates(Claims claims, long rows);
    }

    /** All of the operands, or any of them. */
    private record Junction(boolean isAnd, List<Node> operands) implements Node {
        @Override
        public byte[] evaluate(IntFunction<FieldVector> vectorOfColumn, int rows) {
            byte[] result = operands.get(0).evaluate(vectorOfColumn, rows);
            for (Node operand : operands.subList(1, operands.size())) {
                combine(result, operand.evaluate(vectorOfColumn, rows), rows);
            }
            return result;
        }

        private void combine(byte[] result, byte[] other, int rows) {
            if (isAnd) {
                for (int row = 0; row < rows; row++) {
                    result[row] = (byte) Math.min(result[row], other[row]);
                }
            } else {
                for (int row = 0; row < rows; row++) {
                    result[row] = (byte) Math.max(result[row], other[row]);
                }
            }
        }

        @Override
        public boolean mayPass(Claims claims) {
            for (Node operand : operands) {
                if (operand.mayPass(claims) != isAnd) {
                    return !isAnd;
                }
            }
            return isAnd;
        }

        @Override
        public RowRanges candidates(Claims claims, long rows) {
            RowRanges result = operands.get(0).candidates(claims, rows);
            for (Node operand : operands.subList(1, operands.size())) {
                RowRanges other = operand.candidates(claims, rows);
                result = isAnd ? result.and(other) : result.or(other);
            }
            return result;
        }
    }

    private record Binder(Schema schema, String dataset, List<ColumnReference> references) {
        Node bind(Filter filter, boolean negated) {
            if (filter instanceof Filter.And and) {
                return new Junction(!negated, bind(and.operands(), negated));
            }
            if (filter instanceof Filter.Or or) {
                return new Junction(negated, bind(or.operands(), negated));
            }
            if (filter instanceof Filter.Not not) {
                return bind(not.operand(), !negated);
            }
            if (filter instanceof Filter.Missing missing) {
                return new Predicate.IsNull(reference(missing.column()), negated);
            }
            if (filter instanceof Filter.Membership membership) {
                return membership(membership, negated);
            }
            Filter.Comparison comparison = (Filter.Comparison) filter;
            ColumnReference column = reference(comparison.column());
            Operator operator = negated ? opposite(comparison.operator()) : comparison.operator();
            return new Predicate.Compares(
                    column,
                    ColumnDomain.of(column.field()),
                    operator,
                    ColumnDomain.literalFor(column.field(), comparison.literal()));
        }

        private List<Node> bind(List<Filter> operands, boolean negated) {
            return operands.stream().map(operand -> bind(operand, negated)).toList();
        }

        private Node membership(Filter.Membership membership, boolean negated) {
            ColumnReference column = reference(membership.column());
            List<Object> values = membership.literals().stream()
                    .map(literal -> ColumnDomain.literalFor(column.field(), literal))
                    .toList();
            return new Predicate.IsOneOf(column, ColumnDomain.of(column.field()), values, negated);
        }

        private ColumnReference reference(ColumnPath path) {
            ColumnReference reference = ColumnReference.resolve(path, schema, dataset);
            references.add(reference);
            return reference;
        }

        private static Operator opposite(Operator operator) {
            return switch (operator) {
                case EQ -> Operator.NE;
                case NE -> Operator.EQ;
                case LT -> Operator.GE;
                case LE -> Operator.GT;
                case GT -> Operator.LE;
                case GE -> Operator.LT;
            };
        }
    }

    /** A column of a filter: where it is, and the field it names. */
    record ColumnReference(int column, List<Integer> children, Field field) {
        static ColumnReference resolve(ColumnPath path, Schema schema, String dataset) {
            List<Field> siblings = schema.getFields();
            List<Integer> ordinals = new ArrayList<>();
            Field field = null;
            for (String part : path.parts()) {
                int ordinal = Fields.requireOrdinal(siblings, part, path.toString(), dataset);
                ordinals.add(ordinal);
                field = siblings.get(ordinal);
                boolean struct = field.getType() instanceof ArrowType.Struct;
                siblings = struct ? field.getChildren() : List.of();
            }
            return new ColumnReference(
                    ordinals.get(0), List.copyOf(ordinals.subList(1, ordinals.size())), Objects.requireNonNull(field));
        }
    }
}
