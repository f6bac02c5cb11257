// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The time from naming a file to its first batch, and that to its last one, in milliseconds, on one thread. */
@State(Scope.Benchmark)
public class FirstBatchBenchmark extends ReadBenchmark {
    @Param("data/paged.parquet")
    public String data;

    private Forebay forebay;

    @Setup(Level.Trial)
    public void open() {
        forebay = Forebay.builder().threads(1).build();
    }

    @TearDown(Level.Trial)
    public void close() {
        forebay.close();
    }

    private Dataset dataset() {
        return forebay.dataset(Path.of(data).toAbsolutePath().toString());
    }

    /** Returns the rows of the first batch. */
    @Benchmark
    public long firstBatch() {
        try (BatchStream stream = dataset().stream();
                Batch batch = stream.next()) {
            return batch == null ? 0 : batch.rows();
        }
    }

    /** Returns the rows of the file. */
    @Benchmark
    public long allBatches() {
        long rows = 0;
        try (BatchStream stream = dataset().stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }
}
