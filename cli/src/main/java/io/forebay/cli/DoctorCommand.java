// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.inference.DeviceCheck;
import io.forebay.inference.Doctor;
import io.forebay.inference.Gpu;
import io.forebay.inference.MachineReport;
import io.forebay.inference.MachineReport.DiskRate;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.LibraryCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay doctor}: what the machine offers, and what is missing. */
@Command(name = "doctor", description = "Examines the machine: cores, memory, disk, engines and their devices.")
final class DoctorCommand implements Callable<Integer> {
    private static final double MEGABYTE = 1e6;
    private static final double GIBIBYTE = 1 << 30;

    @Option(names = "--json", description = "Print the report as JSON.")
    private boolean asJson;

    /** Succeeds where a model can be run. */
    @Override
    public Integer call() throws IOException {
        MachineReport report = Doctor.examine(Path.of("").toAbsolutePath());
        if (asJson) {
            Output.printJson(json -> MachineJson.write(json, report));
        } else {
            print(report);
        }
        return report.isReady() ? 0 : Main.FAILED;
    }

    /** Why something does not work stands once, among the reasons. */
    private static void print(MachineReport report) {
        line("cores", Integer.toString(report.cores()));
        line("memory", gibibytes(report.heapBytes()) + " of heap, " + gibibytes(report.bufferBytes()) + " of buffers");
        line("disk", rate(report.disk()));
        line(
                "GPU driver",
                report.gpus().driver() == null ? "none" : report.gpus().driver());
        for (Gpu gpu : report.gpus().found()) {
            line("  " + gpu.index(), described(gpu));
        }
        for (EngineReport engine : report.engines()) {
            line(engine.engine(), engine.library());
            for (DeviceCheck check : engine.devices()) {
                String verdict = check.works()
                        ? String.format(Locale.ROOT, "works, in %.2f s", check.seconds())
                        : "does not work";
                line("  " + check.device(), verdict);
            }
            for (LibraryCheck check : engine.libraries()) {
                line("", check.library().name() + (check.loads() ? " loads" : " does not load"));
            }
        }
        line("verdict", report.isReady() ? "ready" : "not ready");
        report.reasons().forEach(reason -> line("", reason));
    }

    private static String described(Gpu gpu) {
        return String.format(
                Locale.ROOT,
                "%s, compute capability %s, %s in use%s, %s",
                gpu.name(),
                gpu.computeCapability(),
                memory(gpu),
                Boolean.TRUE.equals(gpu.mig()) ? ", split by MIG" : "",
                gpu.uuid());
    }

    private static String memory(Gpu gpu) {
        Long used = gpu.memoryUsedBytes();
        Long total = gpu.memoryTotalBytes();
        return used == null || total == null ? "memory unknown" : gibibytes(used) + " of " + gibibytes(total);
    }

    private static String rate(DiskRate disk) {
        Double rate = disk.bytesPerSecond();
        return rate == null
                ? "not measured"
                : String.format(
                        Locale.ROOT,
                        "%,.0f MB/s, one thread, %s, %s",
                        rate / MEGABYTE,
                        disk.aroundTheCache() ? "around the cache" : "from the cache",
                        disk.folder());
    }

    private static String gibibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIBIBYTE);
    }

    private static void line(String name, String value) {
        System.out.printf("%-14s%s%n", name, value);
    }
}
