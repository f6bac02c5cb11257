// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The bound moves the bytes that a scan must move. */
class RooflineBenchmarkTest {
    private static final long ROWS = 1000;
    private static final int COLUMNS = 64;

    @TempDir
    Path folder;

    @Test
    void readsAllPagesAndCopiesAllVectors() throws Exception {
        Path dense = folder.resolve("dense.parquet");
        SqlFile.DENSE.write(dense, ROWS, "uncompressed");
        RooflineBenchmark benchmark = new RooflineBenchmark();
        benchmark.data = dense.toString();
        benchmark.measureVectors();
        try {
            assertEquals(COLUMNS * (ROWS * Float.BYTES + ROWS / Byte.SIZE), benchmark.copy());
            assertTrue(benchmark.pages() >= ROWS * COLUMNS * Float.BYTES);
        } finally {
            benchmark.close();
        }
    }
}
