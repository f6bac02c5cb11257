// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Runs what {@link ScoreBenchmark} runs, once, over one of the shipped shards. */
class ScoreBenchmarkTest {
    private static final Path FLIGHTS = Path.of("..", "examples", "flights");

    @Test
    void scoresTheWholeDataSet() {
        ScoreBenchmark benchmark = new ScoreBenchmark();
        benchmark.data = FLIGHTS.resolve("data/flights-0.parquet").toString();
        benchmark.model = FLIGHTS.resolve("delay.onnx").toString();
        benchmark.preparation = "";
        benchmark.batchRows = 8192;
        benchmark.measureSeconds = 1;
        benchmark.open();
        try {
            assertEquals(297_881, benchmark.score().rows());
        } finally {
            benchmark.close();
        }
    }
}
