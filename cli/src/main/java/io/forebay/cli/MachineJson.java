// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.inference.DeviceCheck;
import io.forebay.inference.Gpu;
import io.forebay.inference.MachineReport;
import io.forebay.inference.MachineReport.EngineReport;
import io.forebay.inference.MachineReport.GpuReport;
import io.forebay.inference.MachineReport.LibraryCheck;
import java.io.IOException;
import java.util.Map;

/** What a machine offers, as JSON. */
final class MachineJson {
    private MachineJson() {}

    static void write(JsonGenerator json, MachineReport report) throws IOException {
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
}
