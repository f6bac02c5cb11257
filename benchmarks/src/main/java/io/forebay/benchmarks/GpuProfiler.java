// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.ForebayException;
import io.forebay.inference.Gpu;
import io.forebay.nvml.GpuSample;
import io.forebay.nvml.Nvml;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * A JMH profiler that reports what an NVIDIA GPU did during an iteration: the mean share of time in which some kernel was
 * resident, the most memory in use, the energy drawn, and the mean rates over PCIe. What the GPU cannot tell is left out.
 *
 * <p>Use it with {@code -prof io.forebay.benchmarks.GpuProfiler}, since JMH has short names for its own profilers alone.
 * Options follow a colon: {@code library=/path/to/libnvidia-ml.so;device=GPU-…}, where the device is a UUID or NVML's index;
 * by default the installed driver and index 0. Figures are of all processes on the GPU. The driver's window of residency
 * lasts up to a second, so iterations should last several.
 */
public final class GpuProfiler implements InternalProfiler {
    private static final double MEBI = 1 << 20;

    private @Nullable Path library;
    private String device = "0";
    private final Gpu gpu;
    private @Nullable GpuSampler sampler;

    /** JMH makes one in its own process, to see that it can be made, and one where the benchmark runs. */
    public GpuProfiler(String options) throws ProfilerException {
        try {
            for (String option : options.split(";", -1)) {
                set(option);
            }
            try (Nvml nvml = open()) {
                gpu = find(nvml.gpus());
            }
        } catch (ForebayException e) {
            throw new ProfilerException(e);
        }
    }

    private void set(String option) {
        if (option.startsWith("library=")) {
            library = Path.of(option.substring("library=".length()));
        } else if (option.startsWith("device=")) {
            device = option.substring("device=".length());
        } else if (!option.isEmpty()) {
            throw ForebayException.usage("options must be library=PATH or device=UUID or index: option=" + option);
        }
    }

    private Nvml open() {
        return library == null ? Nvml.open() : Nvml.open(library);
    }

    private Gpu find(List<Gpu> gpus) {
        for (Gpu candidate : gpus) {
            if (candidate.uuid().equals(device)
                    || String.valueOf(candidate.index()).equals(device)) {
                return candidate;
            }
        }
        throw ForebayException.usage("device must be the UUID or index of a GPU: device=" + device + ", gpus=" + gpus);
    }

    @Override
    public String getDescription() {
        return "residency, memory, energy and PCIe rates of an NVIDIA GPU";
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        sampler = GpuSampler.start(open(), gpu);
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        try {
            return results(Objects.requireNonNull(sampler).stop());
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the GPU must answer throughout an iteration: " + e.getMessage(), e);
        }
    }

    /** The first sample tells of the time before the iteration: energy is counted from it, rates begin after it. */
    private static List<ScalarResult> results(List<GpuSample> samples) {
        List<GpuSample> during = samples.subList(1, samples.size());
        List<ScalarResult> results = new ArrayList<>();
        addMean(results, "gpu.residency", "share", figures(during, GpuSample::residency));
        DoubleSummaryStatistics memory = figures(samples, GpuSample::memoryUsedBytes);
        if (memory.getCount() > 0) {
            results.add(new ScalarResult("gpu.memory.peak", memory.getMax() / MEBI, "MiB", AggregationPolicy.MAX));
        }
        DoubleSummaryStatistics energy = figures(samples, GpuSample::energyJoules);
        if (energy.getCount() > 1) {
            double drawn = energy.getMax() - energy.getMin(); // a counter, so the last less the first
            results.add(new ScalarResult("gpu.energy", drawn, "J", AggregationPolicy.AVG));
        }
        addMean(results, "gpu.pcie.sent", "B/s", figures(during, GpuSample::pcieSentBytesPerSecond));
        addMean(results, "gpu.pcie.received", "B/s", figures(during, GpuSample::pcieReceivedBytesPerSecond));
        return results;
    }

    private static void addMean(
            List<ScalarResult> results, String label, String unit, DoubleSummaryStatistics figures) {
        if (figures.getCount() > 0) {
            results.add(new ScalarResult(label, figures.getAverage(), unit, AggregationPolicy.AVG));
        }
    }

    private static DoubleSummaryStatistics figures(
            List<GpuSample> samples, Function<GpuSample, @Nullable Number> figure) {
        return samples.stream()
                .map(figure)
                .filter(Objects::nonNull)
                .mapToDouble(Number::doubleValue)
                .summaryStatistics();
    }
}
