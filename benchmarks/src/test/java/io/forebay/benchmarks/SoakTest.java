// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.forebay.benchmarks.Soak.Reading;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SoakTest {
    @Test
    void theSlopeIsInMegabytesAMinute() {
        List<Reading> readings = List.of(new Reading(0, 100), new Reading(1, 102), new Reading(2, 104));
        assertThat(Soak.slope(readings)).isCloseTo(2 * 1.048576, within(1e-9));
        assertThat(Soak.slope(readings.subList(0, 1))).isZero();
    }

    @Test
    void readsWhatTheSystemSays() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/statm")), "Linux alone has /proc");
        Path flights = Path.of("..", "examples", "flights");
        List<Reading> readings = Soak.run(
                Duration.ofMillis(1),
                flights.resolve("data/flights-0.parquet").toString(),
                flights.resolve("delay.onnx").toString());
        assertThat(readings).singleElement().satisfies(reading -> assertThat(reading.residentMebibytes())
                .isBetween(20.0, 20_000.0));
    }
}
