// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import io.forebay.StepOrder;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What a shuffled order costs, in milliseconds: an epoch in the order of the data set and one shuffled; the first batch of an epoch,
 * and the first one after a resume at nine tenths of it, opening the data set included. Two threads.
 */
@State(Scope.Benchmark)
public class ShuffleBenchmark extends ReadBenchmark {
    private static final double RESUMED_AT = 0.9;

    @Param("data/dense.parquet")
    public String data;

    @Param("48")
    public int lanes;

    @Param("1024")
    public int window;

    @Param("8192")
    public int batchRows;

    /** Memory of the context: that of the lanes' open pages is most of it. */
    @Param("1GiB")
    public String memory;

    /** Whether files may be mapped. */
    @Param("false")
    public boolean mapped;

    private Forebay forebay;
    private Checkpoint resumed;

    @Setup(Level.Trial)
    public void open() {
        forebay = Forebay.builder()
                .threads(2)
                .memoryLimit(memory)
                .mapFiles(mapped)
                .build();
        StepOrder order = shuffled().order();
        resumed = order.stateAfter((long) (order.steps() * RESUMED_AT) - 1);
    }

    @TearDown(Level.Trial)
    public void close() {
        forebay.close();
    }

    private Dataset dataset() {
        return forebay.dataset(Path.of(data).toAbsolutePath().toString()).batchRows(batchRows);
    }

    private Dataset shuffled() {
        return dataset().shuffle(Shuffle.seed(1).lanes(lanes).window(window));
    }

    /** Returns the rows. */
    @Benchmark
    public long sequentialEpoch() {
        return rows(dataset().stream());
    }

    /** Returns the rows. */
    @Benchmark
    public long shuffledEpoch() {
        return rows(shuffled().stream());
    }

    /** Returns the rows of the batch. */
    @Benchmark
    public long firstBatch() {
        return firstRows(shuffled().stream());
    }

    /** Returns the rows of the batch. */
    @Benchmark
    public long firstBatchAfterResume() {
        return firstRows(shuffled().stream(resumed));
    }

    private static long rows(BatchStream stream) {
        long rows = 0;
        try (stream) {
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }

    private static long firstRows(BatchStream stream) {
        try (stream;
                Batch batch = stream.next()) {
            return batch == null ? 0 : batch.rows();
        }
    }
}
