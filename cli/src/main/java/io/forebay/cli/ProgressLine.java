// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.inference.ScoreProgress;
import java.util.Locale;
import java.util.function.Consumer;

/** One line on the terminal's standard error that is rewritten while a run goes on. */
final class ProgressLine implements Consumer<ScoreProgress> {
    /** Set by the launcher when standard error is a terminal, which the JVM cannot tell on all versions. */
    private static final String TERMINAL_PROPERTY = "forebay.terminal";

    private static final long INTERVAL_NANOS = 200_000_000;

    private long shownNanos;
    private int shownCharacters;

    private ProgressLine() {}

    /** Progress where somebody can see it; elsewhere, silence. */
    static Consumer<ScoreProgress> onTerminal() {
        return Boolean.getBoolean(TERMINAL_PROPERTY) ? new ProgressLine() : progress -> {};
    }

    @Override
    public void accept(ScoreProgress progress) {
        long now = System.nanoTime();
        boolean done = progress.rows() >= progress.rowsTotal();
        if (now - shownNanos < INTERVAL_NANOS && !done) {
            return;
        }
        shownNanos = now;
        double perSecond = progress.rows() / Math.max(1e-9, progress.metrics().seconds());
        String line = String.format(
                Locale.ROOT,
                "%,d of %,d rows  %,.0f rows/s  device busy %.0f %%  %.0f s left",
                progress.rows(),
                progress.rowsTotal(),
                perSecond,
                100 * progress.metrics().busy(),
                Math.max(0, (progress.rowsTotal() - progress.rows()) / Math.max(1, perSecond)));
        System.err.print("\r" + line + " ".repeat(Math.max(0, shownCharacters - line.length())) + (done ? "\n" : ""));
        System.err.flush();
        shownCharacters = line.length();
    }
}
