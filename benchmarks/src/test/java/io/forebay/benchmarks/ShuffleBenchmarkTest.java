// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both orders read all full batches, and both first batches are one. */
class ShuffleBenchmarkTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void readsAllOrOneBatch(boolean mapped) throws Exception {
        Path file = folder.resolve("paged.parquet");
        long rows = new PagedFile(PageCodec.ZSTD).write(file, 2 << 20, 1 << 20);
        ShuffleBenchmark benchmark = new ShuffleBenchmark();
        benchmark.data = file.toString();
        benchmark.lanes = 4;
        benchmark.window = 100;
        benchmark.batchRows = 1000;
        benchmark.memory = "128MiB";
        benchmark.mapped = mapped;
        benchmark.open();
        try {
            assertEquals(rows, benchmark.sequentialEpoch());
            assertEquals(rows / 1000 * 1000, benchmark.shuffledEpoch());
            assertEquals(1000, benchmark.firstBatch());
            assertEquals(1000, benchmark.firstBatchAfterResume());
        } finally {
            benchmark.close();
        }
    }
}
