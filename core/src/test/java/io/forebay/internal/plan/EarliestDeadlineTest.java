// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class EarliestDeadlineTest {
    /** |n_d(g) - g·w_d/Σw| < 1 at every prefix, in exact arithmetic, and all that is answered in closed form is what counting tells. */
    @Property(tries = 300)
    void everySourceKeepsUpWithItsWeightAtEveryPrefix(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 50) Integer> weights) {
        int[] given = weights.stream().mapToInt(Integer::intValue).toArray();
        EarliestDeadline turns = new EarliestDeadline(given);
        long sum = Arrays.stream(given).sum();
        long[] counted = new long[given.length];
        for (long place = 0; place < 3 * sum; place++) {
            for (int source = 0; source < given.length; source++) {
                assertThat(turns.turnsBefore(source, place)).isEqualTo(counted[source]);
                long off = Math.abs(counted[source] * sum - place * given[source]);
                assertThat(off).isLessThan(sum);
            }
            int source = turns.source(place);
            assertThat(turns.placeOf(source, counted[source])).isEqualTo(place);
            counted[source]++;
        }
    }

    @Property
    void commonDivisorsDoNotCount(
            @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 1, max = 30) Integer> given,
            @ForAll @IntRange(min = 1, max = 1000) int factor) {
        int[] weights = given.stream().mapToInt(Integer::intValue).toArray();
        EarliestDeadline plain = new EarliestDeadline(weights);
        EarliestDeadline times =
                new EarliestDeadline(Arrays.stream(weights).map(w -> w * factor).toArray());
        assertThat(times.period()).isEqualTo(plain.period());
        int divisor = Arrays.stream(weights)
                .mapToObj(BigInteger::valueOf)
                .reduce(BigInteger.ZERO, BigInteger::gcd)
                .intValue();
        assertThat(plain.period()).isEqualTo(Arrays.stream(weights).sum() / divisor);
    }

    @Example
    void ofTwoThatAreDueAtOnceTheFirstComes() {
        EarliestDeadline turns = new EarliestDeadline(new int[] {10, 6, 4});
        assertThat(LongStream.range(0, 10).mapToInt(turns::source)).containsExactly(0, 1, 0, 2, 0, 1, 0, 1, 0, 2);
        assertThat(turns.source(5_000_000_003L)).isEqualTo(2);
    }
}
