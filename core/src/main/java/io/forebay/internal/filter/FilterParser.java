// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.Filter.Operator;
import io.forebay.ForebayException;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A recursive-descent parser of the filter grammar, with SQL's precedence: {@code not} binds tighter than {@code and},
 * which binds tighter than {@code or}. Keywords are read in any case; a backquoted name is never a keyword.
 */
public final class FilterParser {
    /** Nested filters are read, bound and evaluated recursively; a chain of one operator is not nested. */
    public static final int DEPTH_MAX = 200;

    private final String text;
    private final List<FilterToken> tokens;
    private int next;
    private int depth;

    private FilterParser(String text) {
        this.text = text;
        this.tokens = FilterToken.tokenize(text);
    }

    /** Reads a whole condition; a {@code usage} error says what was expected where. */
    public static Filter parse(String text) {
        FilterParser parser = new FilterParser(text);
        Filter filter = parser.disjunction();
        parser.expect(FilterToken.Kind.END, "the end");
        return filter;
    }

    private Filter disjunction() {
        List<Filter> operands = new ArrayList<>();
        do {
            operands.add(conjunction());
        } while (takeWord("or"));
        return operands.size() == 1 ? operands.get(0) : new Filter.Or(operands);
    }

    private Filter conjunction() {
        List<Filter> operands = new ArrayList<>();
        do {
            operands.add(negation());
        } while (takeWord("and"));
        return operands.size() == 1 ? operands.get(0) : new Filter.And(operands);
    }

    private Filter negation() {
        if (++depth > DEPTH_MAX) {
            throw ForebayException.usage("a filter nests at most " + DEPTH_MAX + " levels deep");
        }
        try {
            if (takeWord("not")) {
                return negation().negate();
            }
            if (takeSymbol("(")) {
                Filter inner = disjunction();
                expectSymbol(")");
                return inner;
            }
            return predicate();
        } finally {
            depth--;
        }
    }

    private Filter predicate() {
        ColumnPath column = column();
        Filter.Column subject = new Filter.Column(column);
        if (takeWord("is")) {
            boolean negated = takeWord("not");
            expectWord("null");
            return negated ? subject.isNotNull() : subject.isNull();
        }
        if (takeWord("not")) {
            expectWord("in");
            return new Filter.Membership(column, literals()).negate();
        }
        if (takeWord("in")) {
            return new Filter.Membership(column, literals());
        }
        return new Filter.Comparison(column, operator(), literal());
    }

    private ColumnPath column() {
        List<String> parts = new ArrayList<>();
        do {
            FilterToken token = take();
            boolean reserved = token.kind() == FilterToken.Kind.WORD && isReserved(token.text());
            if (reserved || (token.kind() != FilterToken.Kind.WORD && token.kind() != FilterToken.Kind.QUOTED_NAME)) {
                throw expected("a column name", token);
            }
            parts.add(token.text());
        } while (takeSymbol("."));
        return new ColumnPath(parts);
    }

    private Operator operator() {
        FilterToken token = take();
        if (token.kind() == FilterToken.Kind.SYMBOL) {
            String symbol = token.text().equals("<>") ? "!=" : token.text();
            for (Operator operator : Operator.values()) {
                if (operator.symbol().equals(symbol)) {
                    return operator;
                }
            }
        }
        throw expected("a comparison", token);
    }

    private List<Object> literals() {
        List<Object> literals = new ArrayList<>();
        expectSymbol("(");
        do {
            literals.add(literal());
        } while (takeSymbol(","));
        expectSymbol(")");
        return literals;
    }

    private Object literal() {
        FilterToken token = take();
        return switch (token.kind()) {
            case STRING -> token.text();
            case NUMBER -> number(token);
            case WORD -> wordLiteral(token);
            case SYMBOL, QUOTED_NAME, END -> throw expected("a literal", token);
        };
    }

    private Object number(FilterToken token) {
        try {
            BigDecimal value = new BigDecimal(token.text());
            if (Math.abs((long) value.scale()) > 10_000) {
                throw expected("a number of at most 10000 digits", token);
            }
            return value;
        } catch (NumberFormatException e) {
            throw expected("a number", token);
        }
    }

    private Object wordLiteral(FilterToken token) {
        return switch (token.text().toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            case "nan" -> Double.NaN;
            case "infinity" -> Double.POSITIVE_INFINITY;
            case "-infinity" -> Double.NEGATIVE_INFINITY;
            case "date" -> date(expect(FilterToken.Kind.STRING, "a date in quotes"));
            case "timestamp" -> timestamp(expect(FilterToken.Kind.STRING, "a timestamp in quotes"));
            case "x" -> bytes(expect(FilterToken.Kind.STRING, "hexadecimal digits in quotes"));
            default -> throw expected("a literal", token);
        };
    }

    private Object date(FilterToken token) {
        try {
            return LocalDate.parse(token.text());
        } catch (DateTimeException e) {
            throw expected("a date such as '2020-01-31'", token);
        }
    }

    private Object timestamp(FilterToken token) {
        String iso = token.text().replace(' ', 'T');
        try {
            if (iso.endsWith("Z")) {
                return Instant.parse(iso);
            }
            return iso.matches(".*T.*[+-]\\d\\d:\\d\\d")
                    ? OffsetDateTime.parse(iso).toInstant()
                    : LocalDateTime.parse(iso);
        } catch (DateTimeException e) {
            throw expected("a timestamp such as '2020-01-31T12:00:00Z'", token);
        }
    }

    private Object bytes(FilterToken token) {
        try {
            return HexFormat.of().parseHex(token.text());
        } catch (IllegalArgumentException e) {
            throw expected("hexadecimal digits", token);
        }
    }

    private FilterToken take() {
        FilterToken token = tokens.get(next);
        if (token.kind() != FilterToken.Kind.END) {
            next++;
        }
        return token;
    }

    private boolean takeWord(String word) {
        boolean found = tokens.get(next).isWord(word);
        next += found ? 1 : 0;
        return found;
    }

    private boolean takeSymbol(String symbol) {
        boolean found = tokens.get(next).isSymbol(symbol);
        next += found ? 1 : 0;
        return found;
    }

    private void expectWord(String word) {
        if (!takeWord(word)) {
            throw expected(word, tokens.get(next));
        }
    }

    private void expectSymbol(String symbol) {
        if (!takeSymbol(symbol)) {
            throw expected(symbol, tokens.get(next));
        }
    }

    private FilterToken expect(FilterToken.Kind kind, String what) {
        FilterToken token = tokens.get(next);
        if (token.kind() != kind) {
            throw expected(what, token);
        }
        next++;
        return token;
    }

    private ForebayException expected(String what, FilterToken found) {
        String shown = found.kind() == FilterToken.Kind.END ? "the end" : found.text();
        return ForebayException.usage(
                "a filter needs " + what + " here: found=" + shown + ", offset=" + found.offset() + ", filter=" + text);
    }

    /** True for a word that is a column's name only in backticks. */
    public static boolean isReserved(String word) {
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "and", "or", "not", "in", "is", "null" -> true;
            default -> false;
        };
    }
}
