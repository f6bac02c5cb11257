// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.ScoreSummary;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A scoring summary for people. */
final class SummaryText {
    private SummaryText() {}

    static String of(ScoreSummary summary) {
        if (summary.rows() == 0) {
            return String.format(Locale.ROOT, "no rows were left to score%n");
        }
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%,d rows in %.2f s: %,.0f rows/s%n",
                summary.rows(),
                summary.seconds(),
                summary.rowsPerSecond()));
        text.append(String.format(
                Locale.ROOT,
                "device %s busy %.0f %% of the time, starved %.0f %%, blocked %.0f %%: the run was %s%n",
                Device.format(summary.device().used()),
                100 * summary.metrics().busy(),
                100 * summary.metrics().starved(),
                100 * summary.metrics().blocked(),
                summary.verdict().label()));
        for (DeviceReport.Refusal refusal : summary.device().refused()) {
            text.append("not on ")
                    .append(refusal.device())
                    .append(": ")
                    .append(refusal.cause())
                    .append('\n');
        }
        return text.toString();
    }

    static void print(ScoreSummary summary, String out) throws IOException {
        String text = of(summary) + String.format(Locale.ROOT, "%d parts in %s%n", summary.parts(), out);
        OutputStream stream = Output.standard();
        stream.write(text.getBytes(StandardCharsets.UTF_8));
        stream.flush();
    }
}
