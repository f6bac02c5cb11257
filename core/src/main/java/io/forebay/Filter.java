// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.filter.FilterParser;
import io.forebay.internal.filter.Literals;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A condition on rows, as an immutable expression tree. Nulls follow SQL's three-valued logic; a row passes only when the
 * condition is true of it. NaN equals itself and is greater than every number; strings and binary compare by unsigned
 * bytes. A data set checks names and literals against its schema before it reads anything.
 *
 * <pre>{@code
 * col("distance").gt(200).and(col("origin").oneOf("SEA", "PDX"))
 * Filter.parse("distance > 200 and origin in ('SEA', 'PDX')")
 * }</pre>
 */
public sealed interface Filter {
    /** How a column compares to a literal. */
    enum Operator {
        EQ("="),
        NE("!="),
        LT("<"),
        LE("<="),
        GT(">"),
        GE(">=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        /** True when a value whose comparison to the literal has this sign satisfies the operator. */
        public boolean accepts(int comparison) {
            return switch (this) {
                case EQ -> comparison == 0;
                case NE -> comparison != 0;
                case LT -> comparison < 0;
                case LE -> comparison <= 0;
                case GT -> comparison > 0;
                case GE -> comparison >= 0;
            };
        }
    }

    /**
     * {@code column operator literal}. Literals are {@code Boolean}, {@code String}, {@code byte[]} (kept as a read-only {@code ByteBuffer}), any {@code Number},
     * {@code LocalDate}, {@code LocalDateTime} or {@code Instant}.
     */
    record Comparison(ColumnPath column, Operator operator, Object literal) implements Filter {
        public Comparison {
            literal = Literals.checked(literal);
        }

        @Override
        public String toString() {
            return column + " " + operator.symbol() + " " + Literals.text(literal);
        }
    }

    /** {@code column in (literals)}. */
    record Membership(ColumnPath column, List<Object> literals) implements Filter {
        public Membership {
            literals = literals.stream().map(Literals::checked).toList();
            if (literals.isEmpty()) {
                throw ForebayException.usage("a list of literals must not be empty: column=" + column);
            }
        }

        @Override
        public String toString() {
            return column + " in (" + literals.stream().map(Literals::text).collect(Collectors.joining(", ")) + ")";
        }
    }

    /** {@code column is null}. */
    record Missing(ColumnPath column) implements Filter {
        @Override
        public String toString() {
            return column + " is null";
        }
    }

    /** All of the operands, of which none is an {@code And} itself: those are taken apart. */
    record And(List<Filter> operands) implements Filter {
        public And {
            operands = operands.stream()
                    .flatMap(operand -> operand instanceof And and ? and.operands.stream() : Stream.of(operand))
                    .toList();
        }

        @Override
        public String toString() {
            return operands.stream()
                    .map(operand -> operand instanceof Or ? "(" + operand + ")" : operand.toString())
                    .collect(Collectors.joining(" and "));
        }
    }

    /** Any of the operands, of which none is an {@code Or} itself: those are taken apart. */
    record Or(List<Filter> operands) implements Filter {
        public Or {
            operands = operands.stream()
                    .flatMap(operand -> operand instanceof Or or ? or.operands.stream() : Stream.of(operand))
                    .toList();
        }

        @Override
        public String toString() {
            return operands.stream().map(Filter::toString).collect(Collectors.joining(" or "));
        }
    }

    /** {@code not operand}. */
    record Not(Filter operand) implements Filter {
        @Override
        public String toString() {
            return "not (" + operand + ")";
        }
    }

    /** A column to build conditions on; {@code path} as {@link ColumnPath#parse} reads it. */
    static Column col(String path) {
        return new Column(ColumnPath.parse(path));
    }

    /** Reads a condition from text; {@link Object#toString} of the result reads back as the same condition. */
    static Filter parse(String text) {
        return FilterParser.parse(text);
    }

    default Filter and(Filter other) {
        return new And(List.of(this, other));
    }

    default Filter or(Filter other) {
        return new Or(List.of(this, other));
    }

    default Filter negate() {
        return new Not(this);
    }

    /** A column on its way to a condition. */
    record Column(ColumnPath path) {
        public Filter eq(Object literal) {
            return new Comparison(path, Operator.EQ, literal);
        }

        public Filter ne(Object literal) {
            return new Comparison(path, Operator.NE, literal);
        }

        public Filter lt(Object literal) {
            return new Comparison(path, Operator.LT, literal);
        }

        public Filter le(Object literal) {
            return new Comparison(path, Operator.LE, literal);
        }

        public Filter gt(Object literal) {
            return new Comparison(path, Operator.GT, literal);
        }

        public Filter ge(Object literal) {
            return new Comparison(path, Operator.GE, literal);
        }

        public Filter oneOf(Object... literals) {
            return new Membership(path, Arrays.asList(literals));
        }

        public Filter isNull() {
            return new Missing(path);
        }

        public Filter isNotNull() {
            return new Not(new Missing(path));
        }
    }
}
