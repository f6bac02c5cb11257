// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** The rows that pass are found by their number, however they lie: in long runs, far apart, at the very ends. */
class SelectedRowsTest {
    @Property(tries = 300)
    void rowsAreThoseOfAPlainSet(
            @ForAll @IntRange(max = 20_000) int rows, @ForAll @IntRange(max = 12) int runs, @ForAll Random random) {
        BitSet passing = new BitSet(rows);
        for (int run = 0; run < runs && rows > 0; run++) {
            int from = random.nextInt(rows);
            int length = random.nextBoolean() ? 1 : random.nextInt(3_000);
            passing.set(from, Math.min(rows, from + length));
        }
        SelectedRows.Builder builder = new SelectedRows.Builder(rows);
        passing.stream().forEach(builder::add);
        SelectedRows.OfUnit selected = builder.finish();
        int[] expected = passing.stream().toArray();
        assertThat(selected.count()).isEqualTo(expected.length);
        assertThat(selected.rows(0, expected.length)).isEqualTo(expected);
        for (int i = 0; i < expected.length; i += 1 + random.nextInt(40)) {
            int n = Math.min(expected.length - i, 1 + random.nextInt(5));
            assertThat(selected.rows(i, n)).isEqualTo(Arrays.copyOfRange(expected, i, i + n));
        }
        if (expected.length > 0) {
            assertThat(selected.rows(expected.length - 1, 1)).containsExactly(expected[expected.length - 1]);
        }
    }
}
