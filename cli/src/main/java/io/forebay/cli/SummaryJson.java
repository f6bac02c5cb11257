// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.ScoreSummary;
import java.io.IOException;

/** A scoring summary as JSON. */
final class SummaryJson {
    private SummaryJson() {}

    static void write(JsonGenerator json, ScoreSummary summary) throws IOException {
        json.writeStartObject();
        json.writeNumberField("rows", summary.rows());
        json.writeNumberField("seconds", summary.seconds());
        json.writeNumberField("rowsPerSecond", summary.rowsPerSecond());
        json.writeNumberField("deviceBusy", summary.metrics().busy());
        json.writeNumberField("starved", summary.metrics().starved());
        json.writeNumberField("blocked", summary.metrics().blocked());
        json.writeStringField("verdict", summary.verdict().label());
        json.writeNumberField("bytesCopiedPerRow", summary.metrics().bytesCopiedPerRow());
        json.writeNumberField("parts", summary.parts());
        json.writeFieldName("device");
        writeDevice(json, summary.device());
        json.writeEndObject();
    }

    private static void writeDevice(JsonGenerator json, DeviceReport device) throws IOException {
        json.writeStartObject();
        json.writeStringField("requested", Device.format(device.requested()));
        json.writeStringField("used", Device.format(device.used()));
        json.writeArrayFieldStart("refused");
        for (DeviceReport.Refusal refusal : device.refused()) {
            json.writeStartObject();
            json.writeStringField("device", refusal.device().toString());
            json.writeStringField("cause", refusal.cause());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
