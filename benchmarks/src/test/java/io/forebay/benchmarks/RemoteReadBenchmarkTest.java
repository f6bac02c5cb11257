// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@link RemoteReadBenchmark} runs: its gate once, and each of its measurements. */
class RemoteReadBenchmarkTest {

    @TempDir
    Path folder;

    @Test
    void readsTheSameRowsFromTheStoreAndFromDisk() throws Exception {
        RemoteReadBenchmark benchmark = new RemoteReadBenchmark();
        Path lineItem = folder.resolve("lineitem.parquet");
        long rowCount = LineItemFile.write(lineItem, 0.001, "zstd");
        benchmark.data = lineItem.toString();
        benchmark.threads = 1;
        benchmark.getThreads = 2;
        benchmark.getBytes = 10_000;
        benchmark.start();
        try {
            assertEquals(rowCount, benchmark.remoteScan().rowCount());
            assertEquals(rowCount, benchmark.localScan().rowCount());
            assertEquals(Files.size(lineItem), benchmark.plainGets());
        } finally {
            benchmark.stop();
        }
    }
}
