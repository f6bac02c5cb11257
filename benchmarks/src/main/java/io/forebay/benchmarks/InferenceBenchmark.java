// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The rate at which one contender gets the rows of one Parquet file through one network: {@code rows} a second, beside the
 * passes a second that are JMH's score. What comes out is summed up and thrown away.
 *
 * <p>Every contender may use all cores; pin the process to see them on one: {@code taskset -c 1 java -jar benchmarks.jar
 * InferenceBenchmark -p data=FILE}. Those on PyTorch need its natives in the jar ({@code mvn package -Dpytorch}).
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class InferenceBenchmark extends ReadBenchmark {

    @Param({
        ForebayScoreContender.NAME_ONNX,
        ForebayScoreContender.NAME_DJL,
        PlainLoopContender.NAME,
        DjlPredictorContender.NAME,
        DjlPredictorContender.NAME_BATCHED
    })
    public String contender;

    /** A {@link Network}, in small letters. */
    @Param("linear")
    public String network;

    /** {@code DataSets dense} for networks that take columns, {@code DataSets images} for those that take images. */
    @Param("data/dense.parquet")
    public String data;

    @Param("benchmarks/models")
    public String models;

    @Param("1024")
    public int batchRows;

    private ScoreContender scorer;

    /** Counts rows, of which JMH makes a rate. */
    @State(Scope.Thread)
    @AuxCounters
    public static class Rows {
        public long rows;
    }

    @Setup(Level.Trial)
    public void checkAgainstReference() {
        ScoreRequest request = new ScoreRequest(
                Path.of(data).toAbsolutePath(), Path.of(models).toAbsolutePath(), Network.named(network), batchRows);
        scorer = ScoreContenders.open(contender, request);
        try (ScoreContender reference = ScoreContenders.referenceFor(contender, request)) {
            scorer.score().requireAgrees(contender, reference.score(), reference.name());
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        scorer.close();
    }

    @Benchmark
    public ScoreResult score(Rows counted) {
        ScoreResult result = scorer.score();
        counted.rows += result.rowCount();
        return result;
    }
}
