// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.util.List;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The time that one contender takes to read one Parquet or Arrow IPC file on one thread, in milliseconds per scan.
 *
 * <p>Pin it, or the helper threads of native readers run beside the one that is measured: {@code taskset -c 1 java -jar
 * benchmarks.jar ScanBenchmark -p data=FILE}. Every contender warms up for the same time, in which the JVM compiles what
 * the readers written in Java need.
 */
@State(Scope.Benchmark)
public class ScanBenchmark extends ReadBenchmark {

    /** Every column of the file. */
    static final String ALL_COLUMNS = "*";

    @Param({ForebayContender.NAME, ArrowDatasetContender.NAME, DuckDbContender.NAME, ParquetAvroContender.NAME})
    public String contender;

    @Param("data/lineitem-1-zstd.parquet")
    public String data;

    /** Column names joined by {@code +} (JMH itself splits at commas), or {@code *}. */
    @Param(ALL_COLUMNS)
    public String columns;

    /** The condition that rows must meet, as {@link ScanRequest} has it; empty for all rows. */
    @Param("")
    public String where;

    private ScanContender reader;
    private ScanRequest request;

    @Setup(Level.Trial)
    public void checkAgainstReference() {
        reader = Contenders.named(contender);
        List<String> projection =
                columns.isEmpty() || columns.equals(ALL_COLUMNS) ? List.of() : List.of(columns.split("[+,]"));
        request = new ScanRequest(Path.of(data).toAbsolutePath(), projection, where);
        try (ScanContender reference = Contenders.referenceFor(reader, request)) {
            CorrectnessGate.check(reader, reference, request);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        reader.close();
    }

    @Benchmark
    public ScanResult scan() {
        return reader.scan(request);
    }
}
