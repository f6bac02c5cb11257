// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingBenchmarkTest {
    @TempDir
    Path folder;

    @Test
    void bothContendersTrain() throws Exception {
        Path data = folder.resolve("dense.parquet");
        SqlFile.DENSE.write(data, 500, "uncompressed");
        var request = new TrainingBenchmark.Request(List.of("streamed", "arrays"), data.toString(), 100, 8, 2);
        assertThat(TrainingBenchmark.run(request))
                .containsOnlyKeys("streamed", "arrays")
                .allSatisfy((name, rates) -> assertThat(rates).hasSize(2).allSatisfy(rate -> assertThat(rate)
                        .isPositive()));
    }
}
