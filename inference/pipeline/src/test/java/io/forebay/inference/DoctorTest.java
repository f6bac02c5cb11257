// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.inference.MachineReport.DiskRate;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.GpuReport;
import io.forebay.inference.MachineReport.LibraryCheck;
import io.forebay.inference.internal.DiskProbe;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the doctor sees of a machine, and what is made of it. */
class DoctorTest {
    private static final DiskRate DISK = new DiskRate(Path.of("/data"), 1e9, true);
    private static final DeviceCheck CPU = new DeviceCheck(Device.cpu(), true, "", 0.1);
    private static final GpuReport LISTED = new GpuReport("535.1", List.of(), Map.of(), "");
    private static final DeviceCheck NO_GPU = DeviceCheck.refused(Device.cuda(0), "no driver");

    @TempDir
    Path folder;

    @Test
    void looksAtTheMachine() {
        MachineReport report = Doctor.examine(folder);
        assertThat(report.cores()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(report.heapBytes()).isPositive();
        assertThat(report.bufferBytes()).isPositive();
        assertThat(report.disk().bytesPerSecond()).isPositive();
        assertThat(folder).isEmptyDirectory();
        // no engine is among the tests of this module
        assertThat(report.isReady()).isFalse();
        assertThat(report.reasons()).contains("no engine is on the class path: add forebay-onnx or forebay-djl");
    }

    @Test
    void aFolderThatCannotBeWrittenToIsNotMeasured() {
        DiskRate rate = DiskProbe.measure(folder.resolve("missing"));
        assertThat(rate.bytesPerSecond()).isNull();
        MachineReport report = new MachineReport(2, 1, 1, rate, LISTED, List.of());
        assertThat(report.reasons()).anyMatch(reason -> reason.startsWith("the disk was not measured: "));
    }

    @Test
    void anyDeviceThatWorksMakesAMachineReady() {
        EngineReport engine = new EngineReport("onnx", "ONNX Runtime", List.of(CPU, NO_GPU), List.of());
        MachineReport report = new MachineReport(2, 1, 1, DISK, LISTED, List.of(engine));
        assertThat(report.isReady()).isTrue();
        assertThat(report.reasons()).containsExactly("onnx does not run on cuda:0: no driver");
        MachineReport none = new MachineReport(
                2,
                1,
                1,
                DISK,
                new GpuReport(null, List.of(), Map.of(), ""),
                List.of(new EngineReport("onnx", "ONNX Runtime", List.of(NO_GPU), List.of())));
        assertThat(none.isReady()).isFalse();
        assertThat(none.reasons()).contains("no driver of NVIDIA is loaded: models run on the CPU");
    }

    @Test
    void whatIsMissingForGpusIsNamedWithItsSource() {
        NativeLibrary library = new NativeLibrary("libcudnn.so.9", "cuDNN 9 for CUDA 12");
        EngineReport engine = new EngineReport(
                "onnx",
                "ONNX Runtime",
                List.of(CPU),
                List.of(
                        new LibraryCheck(library, "cannot open"),
                        new LibraryCheck(new NativeLibrary("libcublas.so.12", "CUDA"), "")));
        GpuReport unlisted = new GpuReport("535.1", List.of(), Map.of(), "add forebay-nvml to the class path");
        assertThat(new MachineReport(2, 1, 1, DISK, unlisted, List.of(engine)).reasons())
                .containsExactly(
                        "onnx needs libcudnn.so.9 for GPUs: install cuDNN 9 for CUDA 12",
                        "the GPUs are not listed: add forebay-nvml to the class path");
    }

    @Test
    void theDriverTellsItsVersion() throws IOException {
        Path version = folder.resolve("version");
        assertThat(Doctor.driver(version)).isNull();
        Files.writeString(
                version, "NVRM version: NVIDIA UNIX x86_64 Kernel Module  535.161.08  Sat Feb 17 22:55:48 UTC 2024\n");
        assertThat(Doctor.driver(version)).isEqualTo("535.161.08");
        Files.writeString(version, "odd");
        assertThat(Doctor.driver(version)).isEqualTo("odd");
    }
}
