// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WaitHistogramTest {
    @Test
    void nothingHasNotWaited() {
        assertThat(new WaitHistogram().quantile(0.99)).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, 8, 15, 16, 17, 1_000, 123_456_789, Long.MAX_VALUE / 2, Long.MAX_VALUE})
    void oneTimeIsKnownToAnEighth(long nanos) {
        WaitHistogram waits = new WaitHistogram();
        waits.record(nanos);
        assertThat(waits.quantile(0.5)).isBetween(nanos, (long) Math.min(Long.MAX_VALUE, nanos * 1.126));
        assertThat(waits.quantile(1)).isEqualTo(waits.quantile(0.01));
    }

    @Test
    void quantilesAreThoseOfTheSortedTimes() {
        Random random = new Random(7);
        long[] nanos = new long[10_000];
        WaitHistogram waits = new WaitHistogram();
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] = (long) Math.exp(20 * random.nextDouble());
            waits.record(nanos[i]);
        }
        Arrays.sort(nanos);
        for (double quantile : new double[] {0.01, 0.5, 0.99, 1}) {
            long exact = nanos[(int) Math.ceil(quantile * nanos.length) - 1];
            assertThat(waits.quantile(quantile)).isBetween(exact, (long) (exact * 1.126));
        }
    }

    @Test
    void aTimeBeforeItsStartCountsAsNone() {
        WaitHistogram waits = new WaitHistogram();
        waits.record(-5);
        assertThat(waits.quantile(1)).isZero();
    }
}
