// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    /** Of four at most, for slices that cost so much and a consumer that takes so long for one. */
    @ParameterizedTest
    @CsvSource({
        "100, 0, 4",
        "100, 1, 4",
        "100, 24, 4",
        "100, 40, 3",
        "100, 50, 2",
        "100, 70, 1",
        "100, 10000, 1",
        "0, 10, 1"
    })
    void asManyWorkersAsKeepUp(long workNanos, long consumerNanos, int workers) {
        Pace pace = new Pace();
        long now = 0;
        for (int slice = 0; slice < 50; slice++) {
            pace.worked(workNanos);
            pace.given(now);
            now += consumerNanos;
            pace.asked(now);
        }
        assertThat(pace.workersAbreast(4)).isEqualTo(workers);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "4, 4"})
    void allOfThemWhileNothingIsKnown(int most, int workers) {
        Pace pace = new Pace();
        assertThat(pace.workersAbreast(most)).isEqualTo(workers);
        pace.worked(100);
        pace.given(0);
        assertThat(pace.workersAbreast(most)).isEqualTo(workers);
    }

    @Test
    void aLongPauseDoesNotSetThePace() {
        Pace pace = new Pace();
        long now = 0;
        for (int slice = 0; slice < 50; slice++) {
            pace.worked(100);
            pace.given(now);
            now += slice == 49 ? 1_000_000 : 10;
            pace.asked(now);
        }
        assertThat(pace.workersAbreast(4)).isEqualTo(4);
    }

    /** After some slices, what was before does not count. */
    @ParameterizedTest
    @CsvSource({"1, 1000, 4, 1", "1000, 1, 1, 4"})
    void aConsumerMayChangeItsPace(long nanosBefore, long nanosAfter, int workersBefore, int workersAfter) {
        Pace pace = new Pace();
        long now = 0;
        for (int slice = 0; slice < 200; slice++) {
            pace.worked(100);
            pace.given(now);
            now += slice < 100 ? nanosBefore : nanosAfter;
            pace.asked(now);
            if (slice == 99) {
                assertThat(pace.workersAbreast(4)).isEqualTo(workersBefore);
            }
        }
        assertThat(pace.workersAbreast(4)).isEqualTo(workersAfter);
    }
}
