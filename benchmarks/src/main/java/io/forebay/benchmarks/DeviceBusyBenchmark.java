// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.Model;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.ScoreSummary;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.openjdk.jmh.annotations.AuxCounters;
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
 * How busy a device is kept that takes rows at a given share of the rate that the loader alone delivers them at: 1 as long as
 * the data path is not the limit. The device is simulated, and uses no processor. In milliseconds a pass over the data.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 2)
@Measurement(iterations = 5)
@Fork(1)
public class DeviceBusyBenchmark {
    private static final int WARM_UP_SCANS = 3;
    private static final int SCANS = 5;

    @Param("data/embeddings.parquet")
    public String data;

    /** How often the file is read in a pass, one time after the other, so that its start and end count for little. */
    @Param("8")
    public int times;

    /** The column that feeds the model: numbers, or lists of one length. */
    @Param("embedding")
    public String column;

    /** Elements of a list; 1 for numbers. */
    @Param("384")
    public int width;

    @Param({"0.2", "0.4", "0.6", "0.7", "0.8", "0.9", "1.0", "1.2"})
    public double share;

    @Param("8192")
    public int batchRows;

    private Forebay forebay;
    private Dataset dataset;
    private Model model;

    /** What a pass tells beside its time; JMH's score is their sum over the iterations. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.EVENTS)
    public static class Shares {
        public double deviceBusy;
        public double starved;
        public double loaderRowsPerSecond;
    }

    private double loaderRowsPerSecond;

    @Setup(Level.Trial)
    public void measureTheLoader() {
        forebay = Forebay.open();
        Dataset all =
                forebay.dataset(Collections.nCopies(times, data)).select(column).batchRows(batchRows);
        Field field = all.schema().findField(column);
        boolean list = field.getType() instanceof ArrowType.List;
        dataset = list ? all.layout(column, new ArrowType.FixedSizeList(width)) : all;
        for (int i = 0; i < WARM_UP_SCANS; i++) {
            scanRate();
        }
        double[] rates = new double[SCANS];
        Arrays.setAll(rates, i -> scanRate());
        Arrays.sort(rates);
        loaderRowsPerSecond = rates[SCANS / 2];
        double nanosPerRow = 1e9 / (share * loaderRowsPerSecond);
        List<Long> shape = width == 1 ? List.of(-1L) : List.of(-1L, (long) width);
        SimulatedAccelerator device = new SimulatedAccelerator(
                List.of(new TensorSpec(column, Element.FLOAT32, shape)),
                List.of(new TensorSpec("score", Element.FLOAT32, List.of(-1L))),
                0,
                nanosPerRow);
        // Not the CPU, so that nobody counts on sharing its cores.
        List<Device> silicon = List.of(Device.cuda(0));
        DeviceReport report = new DeviceReport(silicon, silicon, List.of());
        model = new Model(forebay, List.of(device), report, ModelOptions.defaults());
    }

    private double scanRate() {
        long started = System.nanoTime();
        long rows = 0;
        try (BatchStream batches = dataset.stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return rows * 1e9 / (System.nanoTime() - started);
    }

    @Benchmark
    public ScoreSummary pass(Shares shares) {
        ScoreSummary summary = model.score(dataset).run();
        shares.deviceBusy = summary.metrics().busy();
        shares.starved = summary.metrics().starved();
        shares.loaderRowsPerSecond = loaderRowsPerSecond;
        return summary;
    }

    @TearDown(Level.Trial)
    public void close() {
        model.close();
        forebay.close();
    }
}
