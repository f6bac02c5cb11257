// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import static io.forebay.Filter.col;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.ForebayException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The grammar has SQL's precedence and quoting, and every condition's text reads back as that condition. */
class FilterParserTest {
    @Test
    void andBindsTighterThanOrAndNotTighterThanAnd() {
        Filter a = col("a").eq(1);
        Filter b = col("b").eq(2);
        Filter c = col("c").eq(3);
        assertThat(Filter.parse("a = 1 or b = 2 and c = 3")).isEqualTo(a.or(b.and(c)));
        assertThat(Filter.parse("a = 1 and b = 2 or c = 3")).isEqualTo(a.and(b).or(c));
        assertThat(Filter.parse("not a = 1 and b = 2")).isEqualTo(a.negate().and(b));
        assertThat(Filter.parse("not (a = 1 and b = 2)")).isEqualTo(a.and(b).negate());
        assertThat(Filter.parse("(a = 1 or b = 2) and c = 3")).isEqualTo(a.or(b).and(c));
    }

    @Test
    void everyOperatorIsRead() {
        assertThat(Filter.parse("a=1")).isEqualTo(col("a").eq(1));
        assertThat(Filter.parse("a != 1")).isEqualTo(col("a").ne(1));
        assertThat(Filter.parse("a <> 1")).isEqualTo(col("a").ne(1));
        assertThat(Filter.parse("a<1")).isEqualTo(col("a").lt(1));
        assertThat(Filter.parse("a <= 1")).isEqualTo(col("a").le(1));
        assertThat(Filter.parse("a > 1")).isEqualTo(col("a").gt(1));
        assertThat(Filter.parse("a>=1")).isEqualTo(col("a").ge(1));
        assertThat(Filter.parse("a IN (1, 2)")).isEqualTo(col("a").oneOf(1, 2));
        assertThat(Filter.parse("a not in (1)")).isEqualTo(col("a").oneOf(1).negate());
        assertThat(Filter.parse("a is null")).isEqualTo(col("a").isNull());
        assertThat(Filter.parse("a Is Not NULL")).isEqualTo(col("a").isNotNull());
    }

    @Test
    void everyLiteralIsRead() {
        assertThat(Filter.parse("a = -1.5e3")).isEqualTo(col("a").eq(new BigDecimal("-1.5e3")));
        assertThat(Filter.parse("a = .5")).isEqualTo(col("a").eq(new BigDecimal("0.5")));
        assertThat(Filter.parse("a = 'it''s \"x\"'")).isEqualTo(col("a").eq("it's \"x\""));
        assertThat(Filter.parse("a = \"say \"\"x\"\"\"")).isEqualTo(col("a").eq("say \"x\""));
        assertThat(Filter.parse("a = true or a = FALSE"))
                .isEqualTo(col("a").eq(true).or(col("a").eq(false)));
        assertThat(Filter.parse("a = nan")).isEqualTo(col("a").eq(Double.NaN));
        assertThat(Filter.parse("a > -Infinity")).isEqualTo(col("a").gt(Double.NEGATIVE_INFINITY));
        assertThat(Filter.parse("a = date '2020-01-31'")).isEqualTo(col("a").eq(LocalDate.of(2020, 1, 31)));
        assertThat(Filter.parse("a = timestamp '2020-01-31T12:00:00Z'"))
                .isEqualTo(col("a").eq(Instant.parse("2020-01-31T12:00:00Z")));
        assertThat(Filter.parse("a = timestamp '2020-01-31T13:00:00+01:00'"))
                .isEqualTo(col("a").eq(Instant.parse("2020-01-31T12:00:00Z")));
        assertThat(Filter.parse("a = timestamp '2020-01-31 12:00:00'"))
                .isEqualTo(col("a").eq(LocalDateTime.parse("2020-01-31T12:00:00")));
    }

    @Test
    void namesDescendAndQuote() {
        assertThat(Filter.parse("a.`b c`.d = 1"))
                .isEqualTo(new Filter.Column(new ColumnPath(List.of("a", "b c", "d"))).eq(1));
        assertThat(Filter.parse("`not` = 1")).isEqualTo(new Filter.Column(ColumnPath.ofName("not")).eq(1));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "a =",
                "= 1",
                "a = 1 b = 2",
                "a = b",
                "a in ()",
                "a in (1",
                "a is 1",
                "a not 1",
                "(a = 1",
                "a = 1)",
                "a == 1",
                "a = 'x",
                "`a = 1",
                "a = 1..2",
                "a = 1e",
                "a = 1e99999999999",
                "a = date '2020-13-01'",
                "a = timestamp 'noon'",
                "a = x'0'",
                "a ; b",
                "null = 1",
                "a = null",
                "not",
                "a and b",
                "a = date 1"
            })
    void whatIsNoConditionIsAUsageError(String text) {
        assertThatThrownBy(() -> Filter.parse(text))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.USAGE));
    }

    @Test
    void messagesNameWhatWasExpectedAndWhere() {
        assertThatThrownBy(() -> Filter.parse("a = and"))
                .hasMessage("a filter needs a literal here: found=and, offset=4, filter=a = and");
        assertThatThrownBy(() -> Filter.parse("a = 'x")).hasMessage("a quote must be closed: offset=4, filter=a = 'x");
        assertThatThrownBy(() -> Filter.parse("a = 1 ; x"))
                .hasMessage("a filter has no such character: character=;, offset=6, filter=a = 1 ; x");
    }

    @Test
    void nestingIsBounded() {
        assertThatThrownBy(() -> Filter.parse("(".repeat(100_000) + "a = 1"))
                .hasMessage("a filter nests at most 200 levels deep");
    }

    @Test
    void manyTermsReadBack() {
        Filter many = Filter.parse(String.join(
                " and ", IntStream.range(0, 300).mapToObj(i -> "a != " + i).toList()));
        assertThat(Filter.parse(many.toString())).isEqualTo(many);
    }

    @Test
    void equalBytesAreEqualConditions() {
        assertThat(col("a").eq(new byte[] {1})).isEqualTo(col("a").eq(new byte[] {1}));
    }

    @Test
    void laterChangesToBytesDoNotReachTheCondition() {
        byte[] bytes = {1};
        Filter filter = col("a").eq(bytes);
        bytes[0] = 2;
        assertThat(filter).hasToString("a = x'01'");
        assertThat(((ByteBuffer) ((Filter.Comparison) filter).literal()).isReadOnly())
                .isTrue();
    }

    @Test
    void listsOfLiteralsAreNotEmptyAndHoldNoNull() {
        assertThatThrownBy(() -> col("a").oneOf()).hasMessage("a list of literals must not be empty: column=a");
        assertThatThrownBy(() -> col("a").oneOf(Collections.singletonList(null).toArray()))
                .hasMessageEndingWith("literal=null (to find nulls, ask for is null)");
    }

    @Property(tries = 1000)
    void textReadsBack(@ForAll("filters") Filter filter) {
        assertThat(Filter.parse(filter.toString())).isEqualTo(filter);
    }

    @Provide
    Arbitrary<Filter> filters() {
        return filters(5);
    }

    private Arbitrary<Filter> filters(int depth) {
        if (depth == 0) {
            return predicates();
        }
        Arbitrary<Filter> inner = filters(depth - 1);
        return Arbitraries.oneOf(
                predicates(),
                inner.map(Filter::negate),
                Combinators.combine(inner, inner).as(Filter::and),
                Combinators.combine(inner, inner).as(Filter::or));
    }

    private Arbitrary<Filter> predicates() {
        Arbitrary<Object> literals = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(5).map(text -> (Object) text),
                Arbitraries.longs().map(number -> (Object) number),
                Arbitraries.doubles().map(number -> (Object) number),
                Arbitraries.bigDecimals().map(number -> (Object) number),
                Arbitraries.of(true, false),
                Arbitraries.of(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY),
                Arbitraries.of(LocalDate.EPOCH, LocalDate.of(-5, 1, 1), LocalDate.of(12345, 1, 1)),
                Arbitraries.of(LocalDateTime.of(2020, 1, 31, 12, 0), LocalDateTime.of(12345, 1, 1, 0, 0, 0, 1)),
                Arbitraries.of(Instant.EPOCH, Instant.parse("2020-01-31T12:00:00.123Z")));
        Arbitrary<Filter.Column> columns = Arbitraries.oneOf(
                        Arbitraries.strings().ofMaxLength(3),
                        Arbitraries.of("a", "and", "NOT", "in", "is", "null", "or", "1", "2e5", "true", "date"))
                .list()
                .ofMinSize(1)
                .ofMaxSize(2)
                .map(parts -> new Filter.Column(new ColumnPath(parts)));
        return Arbitraries.oneOf(
                columns.map(Filter.Column::isNull),
                Combinators.combine(columns, Arbitraries.of(Filter.Operator.values()), literals)
                        .as((column, operator, literal) -> new Filter.Comparison(column.path(), operator, literal)),
                Combinators.combine(columns, literals.list().ofMinSize(1).ofMaxSize(3))
                        .as((column, values) -> column.oneOf(values.toArray())));
    }
}
