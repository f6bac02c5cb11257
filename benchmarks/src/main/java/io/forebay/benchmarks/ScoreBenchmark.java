// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ScoreSummary;
import io.forebay.inference.prepare.Preparation;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The time that a data set takes through a model, the output thrown away, in milliseconds. After the last iteration it
 * prints the feed efficiency: loader alone, model alone and both together, measured in one run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3)
@Measurement(iterations = 7)
@Fork(1)
public class ScoreBenchmark {
    private static final int MEASUREMENTS = 5;

    @Param("examples/flights/data")
    public String data;

    @Param("examples/flights/delay.onnx")
    public String model;

    /** A file of what is done before and after the model; without a name, what lies beside the model. */
    @Param("")
    public String preparation;

    @Param("8192")
    public int batchRows;

    /** How long one measurement of the feed efficiency takes, in seconds. */
    @Param("6")
    public int measureSeconds;

    private Forebay forebay;
    private Dataset dataset;
    private Model loaded;

    @Setup(Level.Trial)
    public void open() {
        forebay = Forebay.open();
        dataset = forebay.dataset(data).batchRows(batchRows);
        ModelFile<?> file = ModelFile.of(model);
        loaded =
                (preparation.isEmpty() ? file : file.preparation(Preparation.read(Path.of(preparation)))).load(forebay);
    }

    @Benchmark
    public ScoreSummary score() {
        return loaded.score(dataset).run();
    }

    /** Measures the parts, says how they compare, and closes everything. */
    @TearDown(Level.Trial)
    public void close() {
        RunMetrics metrics = loaded.score(dataset).run().metrics();
        System.out.printf(
                Locale.ROOT,
                "%nheap %,.0f bytes a batch, copied %,.1f bytes a row %s, batches wait %.2f ms (p50) and %.2f ms (p99)",
                metrics.heapBytesPerBatch(),
                metrics.bytesCopiedPerRow(),
                metrics.bytesCopied().keySet(),
                1e3 * metrics.batchWait().p50(),
                1e3 * metrics.batchWait().p99());
        for (int i = 0; i < MEASUREMENTS; i++) {
            FeedEfficiency measured = loaded.score(dataset).measure(Duration.ofSeconds(measureSeconds));
            System.out.printf(
                    Locale.ROOT,
                    "%nfeed efficiency %.3f  loader %,.0f  model %,.0f  together %,.0f  ideal %,.0f rows/s",
                    measured.ratio(),
                    measured.loaderRowsPerSecond(),
                    measured.modelRowsPerSecond(),
                    measured.pipelineRowsPerSecond(),
                    measured.idealRowsPerSecond());
        }
        System.out.println();
        loaded.close();
        forebay.close();
    }
}
