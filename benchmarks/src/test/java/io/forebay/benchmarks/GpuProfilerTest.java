// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forebay.nvml.testkit.NvmlStub;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openjdk.jmh.profile.ProfilerException;
import org.openjdk.jmh.profile.ProfilerFactory;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.runner.options.CommandLineOptions;

/** Profiles a GPU that exists nowhere, whose load changes with each sample. */
class GpuProfilerTest {
    private static final long ITERATION_MILLIS = 450;

    @TempDir
    static Path folder;

    private static NvmlStub driver;

    @BeforeAll
    static void compile() throws Exception {
        driver = NvmlStub.compile(folder);
    }

    @BeforeEach
    void reset() {
        driver.reset();
    }

    @AfterEach
    void nothingStaysOpen() {
        assertThat(driver.opened()).isZero();
        assertThat(driver.violations()).isZero();
    }

    @Test
    void reportsWhatWasSampledDuringAnIteration() throws Exception {
        Map<String, Double> results = profile("GPU-5ca1ab1e-0000-0000-0000-000000000000");
        int samples = driver.calls("nvmlDeviceGetUtilizationRates");
        assertThat(samples).isBetween(3, 11);
        double residency = IntStream.range(1, samples)
                .mapToDouble(load -> load / 10.0)
                .average()
                .orElseThrow();
        assertThat(results)
                .containsOnlyKeys(
                        "gpu.residency", "gpu.memory.peak", "gpu.energy", "gpu.pcie.sent", "gpu.pcie.received")
                .containsEntry("gpu.memory.peak", 1024.0 + 3)
                .containsEntry("gpu.energy", 1.5 * (samples - 1))
                .containsEntry("gpu.pcie.sent", 3e6)
                .containsEntry("gpu.pcie.received", 3e12);
        assertThat(results.get("gpu.residency")).isCloseTo(residency, within(1e-9));
    }

    @Test
    void leavesOutWhatTheGpuCannotTell() throws Exception {
        driver.setError("nvmlDeviceGetTotalEnergyConsumption", 3);
        assertThat(profile("1")).containsOnlyKeys("gpu.memory.peak", "gpu.pcie.sent", "gpu.pcie.received");
    }

    @Test
    void anIterationAfterTheFirstStartsAnew() throws Exception {
        GpuProfiler profiler = profiler("0");
        iterate(profiler);
        double first = iterate(profiler).get("gpu.energy");
        assertThat(first).isBetween(1.5, 1.5 * 10);
    }

    @Test
    void aGpuThatIsLostFailsTheIteration() throws Exception {
        GpuProfiler profiler = profiler("0");
        profiler.beforeIteration(null, null);
        driver.lose(0);
        assertThatIllegalStateException()
                .isThrownBy(() -> profiler.afterIteration(null, null, null))
                .withMessageContaining("it is lost");
    }

    @Test
    void isNamedByItsClassOnTheCommandLine() throws Exception {
        CommandLineOptions options = new CommandLineOptions(
                "-prof", GpuProfiler.class.getName() + ":library=" + driver.library() + ";device=2");
        assertThat(ProfilerFactory.getProfilerOrException(options.getProfilers().get(0)))
                .isInstanceOf(GpuProfiler.class);
    }

    @Test
    void refusesWhatItCannotProfile() {
        assertRefused("library=" + folder.resolve("absent.so"), "management library must load");
        assertRefused(
                "library=" + driver.library() + ";device=3", "device must be the UUID or index of a GPU: device=3");
        assertRefused("gpu=0", "options must be library=PATH or device=UUID or index: option=gpu=0");
    }

    private static void assertRefused(String options, String message) {
        assertThatThrownBy(() -> new GpuProfiler(options))
                .isInstanceOf(ProfilerException.class)
                .hasMessageContaining(message);
    }

    private static GpuProfiler profiler(String device) throws ProfilerException {
        return new GpuProfiler("library=" + driver.library() + ";device=" + device);
    }

    private static Map<String, Double> profile(String device) throws Exception {
        return iterate(profiler(device));
    }

    private static Map<String, Double> iterate(GpuProfiler profiler) throws InterruptedException {
        profiler.beforeIteration(null, null);
        Thread.sleep(ITERATION_MILLIS);
        return profiler.afterIteration(null, null, null).stream()
                .collect(Collectors.toMap(Result::getLabel, Result::getScore));
    }
}
