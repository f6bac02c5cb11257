// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.inference.ScoreSummary;
import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Percentage;
import jdk.jfr.StackTrace;

/** A scoring run, to the flight recorder. */
@Name("io.forebay.ScoreRun")
@Label("Scoring Run")
@Category("Forebay")
@StackTrace(false)
final class RunEvent extends Event {
    @Label("Rows")
    long rows;

    @Label("Device Busy")
    @Percentage
    double busy;

    @Label("Starved")
    @Percentage
    double starved;

    @Label("Blocked")
    @Percentage
    double blocked;

    @Label("Verdict")
    String verdict = "";

    /** The run has ended with this. */
    void fail(RuntimeException failure) {
        verdict = "failed: " + failure.getMessage();
        commit();
    }

    void finish(ScoreSummary summary) {
        rows = summary.rows();
        busy = summary.metrics().busy();
        starved = summary.metrics().starved();
        blocked = summary.metrics().blocked();
        verdict = summary.verdict().label();
        commit();
    }
}
