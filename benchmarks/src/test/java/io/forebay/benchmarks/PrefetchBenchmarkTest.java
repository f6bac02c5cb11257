// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import io.forebay.Shuffle;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrefetchBenchmarkTest {
    @TempDir
    Path folder;

    @Test
    void everySettingIsMeasuredForEveryLoad() throws Exception {
        Path data = folder.resolve("dense.parquet");
        SqlFile.DENSE.write(data, 500, "uncompressed");
        try (Forebay forebay = Forebay.builder().threads(2).build()) {
            var dataset = forebay.dataset(data.toString()).batchRows(64);
            for (boolean waiting : new boolean[] {true, false}) {
                var bytes = new ByteArrayOutputStream();
                PrefetchBenchmark.run(
                        waiting ? dataset : dataset.shuffle(Shuffle.seed(1)),
                        waiting,
                        2,
                        new PrintStream(bytes, true, StandardCharsets.UTF_8));
                assertThat(bytes.toString(StandardCharsets.UTF_8).lines())
                        .hasSize(3 * 10)
                        .filteredOn(line -> line.startsWith("load"))
                        .hasSize(3);
            }
        }
    }
}
