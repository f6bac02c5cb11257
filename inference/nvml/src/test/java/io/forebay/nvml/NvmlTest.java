// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Gpu;
import io.forebay.nvml.testkit.NvmlStub;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a driver says of three GPUs, and how long it may be asked. */
class NvmlTest {
    private static final long GIB = 1L << 30;

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
    void everyUseWasAllowed() {
        assertThat(driver.violations()).isZero();
        assertThat(driver.opened()).isZero();
    }

    @Test
    void describesTheDriverAndEachGpu() {
        try (Nvml nvml = Nvml.open(driver.library())) {
            assertThat(nvml.driverVersion()).isEqualTo("570.86.15");
            assertThat(nvml.gpus())
                    .containsExactly(
                            new Gpu(0, uuid(0), "Stub 0", "9.0", 80 * GIB, GIB, false),
                            new Gpu(1, uuid(1), "Stub 1", "9.0", 80 * GIB, 2 * GIB, true),
                            new Gpu(2, uuid(2), "Stub 2", "6.1", 80 * GIB, 3 * GIB, null));
        }
    }

    private static String uuid(int index) {
        return "GPU-5ca1ab1e-0000-0000-0000-00000000000" + index;
    }

    @Test
    void figuresAreInUnitsOfTheirOwnAndOfTheirGpu() {
        try (Nvml nvml = Nvml.open(driver.library())) {
            List<Gpu> gpus = nvml.gpus();
            assertThat(nvml.sample(gpus.get(2)))
                    .isEqualTo(new GpuSample(
                            0.0, 0.0, 3 * GIB + (1L << 20), 450.5, 5e6, 3_000_000L, 3_000_000_000_000L, 4L));
            assertThat(nvml.sample(gpus.get(0)).powerWatts()).isEqualTo(250.5);
        }
    }

    @Test
    void aGpuSplitByMigHasNoResidency() {
        try (Nvml nvml = Nvml.open(driver.library())) {
            GpuSample sample = nvml.sample(nvml.gpus().get(1));
            assertThat(sample.residency()).isNull();
            assertThat(sample.memoryBusy()).isNull();
            assertThat(sample.memoryUsedBytes()).isEqualTo(2 * GIB);
        }
    }

    @Test
    void eachSampleAsksAnew() {
        try (Nvml nvml = Nvml.open(driver.library())) {
            Gpu gpu = nvml.gpus().get(0);
            List<GpuSample> samples = new ArrayList<>();
            for (int i = 0; i < 12; i++) {
                samples.add(nvml.sample(gpu));
            }
            assertThat(samples)
                    .extracting(GpuSample::residency)
                    .containsExactly(0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.0);
            assertThat(samples.get(3).memoryBusy()).isEqualTo(0.15);
            assertThat(samples.get(11).energyJoules()).isEqualTo(5e6 + 11 * 1.5);
        }
    }

    @Test
    void aLostGpuFailsAloneUntilAllAreListed() {
        try (Nvml nvml = Nvml.open(driver.library())) {
            List<Gpu> gpus = nvml.gpus();
            driver.lose(2);
            assertFails(() -> nvml.sample(gpus.get(2)), Kind.IO, "it is lost", "gpu=2, code=15");
            assertThat(nvml.sample(gpus.get(0)).residency()).isZero();
            assertFails(nvml::gpus, Kind.IO, "it is lost", "gpu=2, code=15");
        }
    }

    @Test
    void aClosedOneAsksNothing() {
        Nvml nvml = Nvml.open(driver.library());
        Gpu gpu = nvml.gpus().get(0);
        nvml.close();
        nvml.close();
        assertFails(nvml::driverVersion, Kind.CANCELLED, "after it is closed");
        assertFails(nvml::gpus, Kind.CANCELLED, "after it is closed");
        assertFails(() -> nvml.sample(gpu), Kind.CANCELLED, "after it is closed");
        assertThat(driver.calls("nvmlShutdown")).isEqualTo(1);
    }

    @Test
    void closingOneLeavesAnotherOpen() {
        try (Nvml other = Nvml.open(driver.library())) {
            Nvml.open(driver.library()).close();
            assertThat(other.driverVersion()).isNotEmpty();
        }
    }

    @Test
    void opensAndClosesAThousandTimes() {
        for (int i = 0; i < 1000; i++) {
            try (Nvml nvml = Nvml.open(driver.library())) {
                assertThat(nvml.driverVersion()).isNotEmpty();
            }
        }
        assertThat(driver.calls("nvmlInit_v2")).isEqualTo(1000);
        assertThat(driver.calls("nvmlShutdown")).isEqualTo(1000);
    }

    @Test
    @Timeout(60)
    void closingWaitsForSamplesOfOtherThreads() throws Exception {
        for (int i = 0; i < 100; i++) {
            Nvml nvml = Nvml.open(driver.library());
            Gpu gpu = nvml.gpus().get(0);
            CountDownLatch sampling = new CountDownLatch(2);
            FutureTask<ForebayException> first = sampleUntilItFails(nvml, gpu, sampling);
            FutureTask<ForebayException> second = sampleUntilItFails(nvml, gpu, sampling);
            sampling.await();
            nvml.close();
            assertThat(first.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
            assertThat(second.get(10, TimeUnit.SECONDS).kind()).isEqualTo(Kind.CANCELLED);
            assertThat(driver.violations()).isZero();
        }
    }

    private static FutureTask<ForebayException> sampleUntilItFails(Nvml nvml, Gpu gpu, CountDownLatch sampling) {
        FutureTask<ForebayException> task = new FutureTask<>(() -> {
            try {
                nvml.sample(gpu);
                sampling.countDown();
                while (true) {
                    nvml.sample(gpu);
                }
            } catch (ForebayException e) {
                return e;
            }
        });
        Thread thread = new Thread(task, "sampler");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    @Test
    void aLibraryThatDoesNotLoadIsNamed() throws Exception {
        Path absent = folder.resolve("absent.so");
        Path text = Files.writeString(folder.resolve("text.so"), "not a library");
        for (Path file : List.of(absent, text)) {
            assertThat(failure(() -> Nvml.open(file)))
                    .hasMessageStartingWith("NVIDIA's management library must load (it comes with the driver): ")
                    .hasMessageContaining(file.toString())
                    .hasMessageNotContainingAny("\n", ".jar")
                    .extracting(ForebayException::kind)
                    .isEqualTo(Kind.UNSUPPORTED);
        }
    }

    /** Where a driver is installed it answers, or says why not; elsewhere both names are missed. */
    @Test
    void theInstalledDriverAnswersOrIsMissed() {
        try (Nvml nvml = Nvml.open()) {
            assertThat(nvml.driverVersion()).isNotEmpty();
        } catch (ForebayException e) {
            assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
            assertThat(e.getMessage())
                    .containsPattern("function=nvmlInit_v2|libnvidia-ml.so.1: .*, libnvidia-ml.so: ")
                    .doesNotContain("\n", ".jar");
        }
    }

    @Test
    void aDriverThatDoesNotStartIsNotOpen() {
        driver.setError("nvmlInit_v2", 9);
        assertFails(
                () -> Nvml.open(driver.library()),
                Kind.UNSUPPORTED,
                "NVIDIA's driver must be loaded",
                "function=nvmlInit_v2, code=9");
    }

    private static void assertFails(ThrowingCallable call, Kind kind, String... parts) {
        ForebayException e = failure(call);
        assertThat(e.kind()).isEqualTo(kind);
        assertThat(e.getMessage()).contains(parts);
    }

    private static ForebayException failure(ThrowingCallable call) {
        ForebayException e = catchThrowableOfType(ForebayException.class, call);
        assertThat(e).isNotNull();
        return e;
    }
}
