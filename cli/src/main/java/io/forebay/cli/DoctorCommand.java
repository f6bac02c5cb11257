// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.inference.DeviceCheck;
import io.forebay.inference.Doctor;
import io.forebay.inference.Gpu;
import io.forebay.inference.MachineReport;
import io.forebay.inference.MachineReport.DiskRate;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.GpuReport;
import io.forebay.inference.MachineReport.LibraryCheck;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
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
            Output.printJson(json -> write(json, report));
        } else {
            print(report);
        }
        return report.isReady() ? 0 : Main.FAILED;
    }

    private static void write(JsonGenerator json, MachineReport report) throws IOException {
        json.writeStartObject();
        json.writeNumberField("cores", report.cores());
        json.writeNumberField("heapBytes", report.heapBytes());
        json.writeNumberField("bufferBytes", report.bufferBytes());
        json.writeObjectFieldStart("disk");
        json.writeStringField("folder", report.disk().folder().toString());
        json.writeFieldName("bytesPerSecond");
        Output.writeValue(json, report.disk().bytesPerSecond());
        json.writeBooleanField("aroundTheCache", report.disk().aroundTheCache());
        json.writeEndObject();
        writeGpus(json, report.gpus());
        json.writeArrayFieldStart("engines");
        for (EngineReport engine : report.engines()) {
            json.writeStartObject();
            json.writeStringField("engine", engine.engine());
            json.writeStringField("library", engine.library());
            json.writeArrayFieldStart("devices");
            for (DeviceCheck check : engine.devices()) {
                json.writeStartObject();
                json.writeStringField("device", check.device().toString());
                json.writeBooleanField("works", check.works());
                json.writeStringField("cause", check.works() ? null : check.cause());
                json.writeNumberField("seconds", check.seconds());
                json.writeEndObject();
            }
            json.writeEndArray();
            writeLibraries(json, engine);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeBooleanField("ready", report.isReady());
        json.writeArrayFieldStart("reasons");
        for (String reason : report.reasons()) {
            json.writeString(reason);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeGpus(JsonGenerator json, GpuReport gpus) throws IOException {
        json.writeStringField("gpuDriver", gpus.driver());
        json.writeArrayFieldStart("gpus");
        for (Gpu gpu : gpus.found()) {
            json.writeStartObject();
            json.writeNumberField("index", gpu.index());
            json.writeStringField("uuid", gpu.uuid());
            json.writeStringField("name", gpu.name());
            json.writeStringField("computeCapability", gpu.computeCapability());
            json.writeFieldName("memoryTotalBytes");
            Output.writeValue(json, gpu.memoryTotalBytes());
            json.writeFieldName("memoryUsedBytes");
            Output.writeValue(json, gpu.memoryUsedBytes());
            json.writeFieldName("mig");
            Output.writeValue(json, gpu.mig());
            json.writeObjectFieldStart("now");
            for (Map.Entry<String, Double> figure :
                    gpus.figures().getOrDefault(gpu.uuid(), Map.of()).entrySet()) {
                json.writeNumberField(figure.getKey(), figure.getValue());
            }
            json.writeEndObject();
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeLibraries(JsonGenerator json, EngineReport engine) throws IOException {
        json.writeArrayFieldStart("gpuLibraries");
        for (LibraryCheck check : engine.libraries()) {
            json.writeStartObject();
            json.writeStringField("library", check.library().name());
            json.writeBooleanField("loads", check.loads());
            json.writeStringField("cause", check.loads() ? null : check.cause());
            json.writeEndObject();
        }
        json.writeEndArray();
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
