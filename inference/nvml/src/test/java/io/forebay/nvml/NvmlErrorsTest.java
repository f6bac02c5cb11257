// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Gpu;
import io.forebay.nvml.testkit.NvmlStub;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What fails when a function is missing or does not succeed, and what is said of it. */
class NvmlErrorsTest {
    private static final Gpu GPU = new Gpu(0, "GPU-0", "Stub 0", "9.0", 0L, 0L, null);

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

    @ParameterizedTest
    @CsvSource({
        "1, IO, initialised",
        "2, USAGE, a GPU and values that it knows",
        "3, UNSUPPORTED, the GPU must support",
        "4, UNSUPPORTED, permit this user",
        "6, USAGE, must exist",
        "7, IO, must fit the memory",
        "8, IO, power cables",
        "9, UNSUPPORTED, driver must be loaded",
        "10, IO, in time",
        "11, IO, interrupts",
        "12, UNSUPPORTED, the libraries that NVML itself needs",
        "13, UNSUPPORTED, this driver has no such function",
        "14, IO, infoROM",
        "15, IO, it is lost",
        "16, IO, must be reset",
        "17, UNSUPPORTED, the operating system must let",
        "18, UNSUPPORTED, of the same version",
        "20, IO, memory left",
        "999, IO, without saying why",
        "77, IO, not known here",
    })
    void eachCodeHasItsMessage(int code, Kind kind, String words) {
        try (Nvml nvml = Nvml.open(driver.library())) {
            driver.setError("nvmlSystemGetDriverVersion", code);
            ForebayException e = catchThrowableOfType(ForebayException.class, nvml::driverVersion);
            assertThat(e.kind()).isEqualTo(kind);
            assertThat(e.getMessage()).contains(words).endsWith(": function=nvmlSystemGetDriverVersion, code=" + code);
        }
    }

    @Test
    void noTwoCodesShareAMessage() {
        Set<String> rules = new HashSet<>();
        try (Nvml nvml = Nvml.open(driver.library())) {
            for (int code : new int[] {1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 999, 77}) {
                driver.setError("nvmlSystemGetDriverVersion", code);
                String message = catchThrowableOfType(ForebayException.class, nvml::driverVersion)
                        .getMessage();
                assertThat(rules.add(message.substring(0, message.indexOf(": function="))))
                        .as(message)
                        .isTrue();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "nvmlDeviceGetUtilizationRates, residency memoryBusy",
        "nvmlDeviceGetMemoryInfo, memoryUsedBytes",
        "nvmlDeviceGetPowerUsage, powerWatts",
        "nvmlDeviceGetTotalEnergyConsumption, energyJoules",
        "nvmlDeviceGetPcieThroughput, pcieSentBytesPerSecond pcieReceivedBytesPerSecond",
        "nvmlDeviceGetCurrentClocksEventReasons, clocksReasons",
        "nvmlDeviceGetMigMode, ''",
        "nvmlDeviceGetName, ''",
    })
    void aFunctionThatIsMissingOrRefusesTakesItsFiguresAlone(String function, String figures) throws Exception {
        try (Nvml nvml = Nvml.open(NvmlStub.compile(folder, function).library())) {
            assertThat(missing(nvml.sample(GPU))).isEqualTo(figures);
        }
        try (Nvml nvml = Nvml.open(driver.library())) {
            for (int code : new int[] {3, 4, 13}) {
                driver.setError(function, code);
                assertThat(missing(nvml.sample(GPU))).isEqualTo(figures);
            }
        }
    }

    private static String missing(GpuSample sample) throws ReflectiveOperationException {
        List<String> names = new ArrayList<>();
        for (RecordComponent figure : GpuSample.class.getRecordComponents()) {
            if (figure.getAccessor().invoke(sample) == null) {
                names.add(figure.getName());
            }
        }
        return String.join(" ", names);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvmlDeviceGetUtilizationRates",
                "nvmlDeviceGetMemoryInfo",
                "nvmlDeviceGetPowerUsage",
                "nvmlDeviceGetTotalEnergyConsumption",
                "nvmlDeviceGetPcieThroughput",
                "nvmlDeviceGetCurrentClocksEventReasons",
            })
    void aGpuThatFailsFailsTheSample(String function) {
        try (Nvml nvml = Nvml.open(driver.library())) {
            for (int code : new int[] {2, 15, 16, 999}) {
                driver.setError(function, code);
                ForebayException e = catchThrowableOfType(ForebayException.class, () -> nvml.sample(GPU));
                assertThat(e).hasMessageEndingWith(": function=" + function + ", gpu=0, code=" + code);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nvmlDeviceGetCount_v2",
                "nvmlDeviceGetHandleByIndex_v2",
                "nvmlDeviceGetUUID",
                "nvmlDeviceGetName",
                "nvmlDeviceGetCudaComputeCapability",
            })
    void listingNeedsWhatNamesAGpu(String function) throws Exception {
        try (Nvml nvml = Nvml.open(NvmlStub.compile(folder, function).library())) {
            ForebayException e = catchThrowableOfType(ForebayException.class, nvml::gpus);
            assertThat(e.getMessage()).contains("this driver has no such function", "function=" + function);
            assertThat(nvml.driverVersion()).isNotEmpty();
        }
    }

    /** As a GPU without memory of its own. */
    @Test
    void listingDoesNotNeedMemory() throws Exception {
        try (Nvml nvml =
                Nvml.open(NvmlStub.compile(folder, "nvmlDeviceGetMemoryInfo").library())) {
            assertThat(nvml.gpus()).hasSize(3).extracting(Gpu::memoryTotalBytes).containsOnlyNulls();
        }
    }

    @Test
    void listingDoesNotNeedTheModeOfMig() throws Exception {
        try (Nvml nvml =
                Nvml.open(NvmlStub.compile(folder, "nvmlDeviceGetMigMode").library())) {
            assertThat(nvml.gpus()).hasSize(3).extracting(Gpu::mig).containsOnlyNulls();
        }
    }

    @Test
    void aMissingVersionIsMissedAlone() throws Exception {
        try (Nvml nvml =
                Nvml.open(NvmlStub.compile(folder, "nvmlSystemGetDriverVersion").library())) {
            ForebayException e = catchThrowableOfType(ForebayException.class, nvml::driverVersion);
            assertThat(e.getMessage()).contains("function=nvmlSystemGetDriverVersion");
            assertThat(nvml.gpus()).hasSize(3);
        }
    }

    /** A library of another kind loads, but has nothing to begin with. */
    @Test
    void anotherLibraryIsRefused() throws Exception {
        Path other = NvmlStub.compile(folder, "nvmlInit_v2").library();
        ForebayException e = catchThrowableOfType(ForebayException.class, () -> Nvml.open(other));
        assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(e.getMessage()).contains("function=nvmlInit_v2");
    }
}
