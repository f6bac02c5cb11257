// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A JMH profiler that reports the processor time of the whole process per operation.
 *
 * <p>It counts native helper threads, the compiler and the collector, so a contender that is not single-threaded shows
 * more of it than wall time; and it moves far less than wall time on a shared machine. Use it with {@code -prof
 * io.forebay.benchmarks.CpuTimeProfiler}.
 */
public final class CpuTimeProfiler implements InternalProfiler {

    private static final double NANOS_PER_MILLI = 1e6;

    private final OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private long startNanos;

    @Override
    public String getDescription() {
        return "processor time of the process per operation";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        startNanos = process.getProcessCpuTime();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double millis = (process.getProcessCpuTime() - startNanos) / NANOS_PER_MILLI;
        long operationCount = result.getMetadata().getAllOps();
        return List.of(new ScalarResult("cpu", millis / operationCount, "ms/op", AggregationPolicy.AVG));
    }
}
