// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs what {@link DeviceBusyBenchmark} runs: a device that takes rows a hundred times slower than they come is always busy. */
class DeviceBusyBenchmarkTest {
    @TempDir
    Path folder;

    @Test
    void aSlowDeviceIsBusy() throws Exception {
        Path data = folder.resolve("embeddings.parquet");
        SqlFile.EMBEDDINGS.write(data, 5_000, "uncompressed");
        DeviceBusyBenchmark benchmark = new DeviceBusyBenchmark();
        benchmark.data = data.toString();
        benchmark.times = 2;
        benchmark.column = "embedding";
        benchmark.width = 384;
        benchmark.share = 0.01;
        benchmark.batchRows = 512;
        benchmark.measureTheLoader();
        try {
            DeviceBusyBenchmark.Shares shares = new DeviceBusyBenchmark.Shares();
            assertEquals(10_000, benchmark.pass(shares).rows());
            assertTrue(shares.deviceBusy > 0.5 && shares.deviceBusy <= 1, "busy " + shares.deviceBusy);
            assertTrue(shares.loaderRowsPerSecond > 0);
        } finally {
            benchmark.close();
        }
    }
}
