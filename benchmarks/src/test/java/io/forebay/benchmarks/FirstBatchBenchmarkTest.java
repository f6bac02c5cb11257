// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One measurement ends at the first batch, the other at the last, of a file of several row groups. */
class FirstBatchBenchmarkTest {
    @TempDir
    Path folder;

    @Test
    void readsOneBatchOrAll() throws Exception {
        Path file = folder.resolve("paged.parquet");
        long rows = new PagedFile(PageCodec.ZSTD).write(file, 2 << 20, 1 << 20);
        FirstBatchBenchmark benchmark = new FirstBatchBenchmark();
        benchmark.data = file.toString();
        benchmark.open();
        try {
            assertEquals(8192, benchmark.firstBatch());
            assertEquals(rows, benchmark.allBatches());
        } finally {
            benchmark.close();
        }
    }
}
