// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths read as they are written: dots descend, backticks quote, and the text of any path reads back. */
class ColumnPathTest {
    @Test
    void dotsDescend() {
        assertThat(ColumnPath.parse("a.b.c").parts()).containsExactly("a", "b", "c");
        assertThat(ColumnPath.parse("a.b").root()).isEqualTo("a");
    }

    @Test
    void backticksQuote() {
        assertThat(ColumnPath.parse("`a.b, c`.d").parts()).containsExactly("a.b, c", "d");
        assertThat(ColumnPath.parse("`a``b`").parts()).containsExactly("a`b");
        assertThat(ColumnPath.parse("``").parts()).containsExactly("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {"a,b", "' a , b '", "'`a`,`b`'", "'`a` , `b` '", "' `a`,b'"},
            quoteCharacter = '\'')
    void blanksAroundNamesDoNotCount(String text) {
        assertThat(ColumnPath.parseList(text)).containsExactly(ColumnPath.ofName("a"), ColumnPath.ofName("b"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a.", ".a", "a..b", "a,b", "a,", "`a", "`a`b", "a`b`"})
    void whatIsNoPathIsAUsageErrorThatShowsIt(String text) {
        assertThatThrownBy(() -> ColumnPath.parse(text))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.USAGE))
                .hasMessageEndingWith("columns=" + text);
    }

    @Test
    void aPathHasAName() {
        assertThatThrownBy(() -> new ColumnPath(List.of())).hasMessage("column name must not be empty: column=");
    }

    @Property(tries = 500)
    void textReadsBack(@ForAll @NotEmpty @Size(max = 3) List<String> parts) {
        ColumnPath path = new ColumnPath(parts);
        assertThat(ColumnPath.parse(path.toString())).isEqualTo(path);
    }
}
