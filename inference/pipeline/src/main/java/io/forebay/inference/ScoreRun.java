// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.inference.internal.Cancellation;
import io.forebay.inference.internal.ScoreExecution;
import io.forebay.inference.internal.ScoreSettings;
import io.forebay.inference.internal.ScoreSettings.Kept;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * A scoring of a data set. Each setter returns a changed copy, with a life of its own; {@link #run} goes over the data once
 * for each call. {@link #cancel} may be called from any thread and is for good.
 */
public final class ScoreRun {
    private final Model model;
    private final ScoreSettings settings;
    private final Cancellation cancellation = new Cancellation();

    private ScoreRun(Model model, ScoreSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    static ScoreRun of(Model model, Dataset dataset) {
        return new ScoreRun(model, ScoreSettings.of(dataset));
    }

    /** Passes these top-level input columns on, before the model's outputs. Without this, none is. */
    public ScoreRun keep(String... columns) {
        return new ScoreRun(model, settings.withKept(Kept.these(List.of(columns))));
    }

    /** Passes all input columns on, before the model's outputs. */
    public ScoreRun keepAll() {
        return new ScoreRun(model, settings.withKept(Kept.everything()));
    }

    /** Writes the output here; without this it is thrown away. */
    public ScoreRun writeTo(Sink sink) {
        return new ScoreRun(model, settings.withSink(sink));
    }

    /**
     * Goes on after what an earlier run committed to the sink, if there was one. That run must have been of the same rows,
     * the same model and the same bindings; another device or batch size makes no difference.
     */
    public ScoreRun resumable() {
        return new ScoreRun(model, settings.withResume());
    }

    /** Reports progress, on one of the run's threads; {@code listener} returns quickly. */
    public ScoreRun onProgress(Consumer<ScoreProgress> listener) {
        return new ScoreRun(model, settings.withProgress(listener));
    }

    /**
     * Ends a run with a {@code cancelled} error when it has taken this long; what it has committed stays, and a resumable one
     * goes on from there. A native run of the model that has started is finished first.
     */
    public ScoreRun deadline(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw ForebayException.usage("a deadline must lie ahead: deadline=" + limit);
        }
        return new ScoreRun(model, settings.withDeadline(limit));
    }

    /**
     * Ends a run that is under way with a {@code cancelled} error, and every later one. It does not wait for the end; native
     * runs of the model that have started are finished first.
     */
    public void cancel() {
        cancellation.request();
    }

    /**
     * Scores all rows that are left.
     *
     * @throws io.forebay.ForebayException when data, model or sink fail; what was committed stays, the rest leaves no
     *     trace
     */
    public ScoreSummary run() {
        try (Model.Lease lease = model.lease()) {
            return execution(lease).run();
        }
    }

    /**
     * Measures loader and model apart and together, in turns, with the output thrown away. Small data sets are read several
     * times, large ones only in part.
     *
     * @param total about how long to measure; a few seconds give steady figures
     * @see FeedEfficiency
     */
    public FeedEfficiency measure(Duration total) {
        try (Model.Lease lease = model.lease()) {
            return execution(lease).measure(total);
        }
    }

    private ScoreExecution execution(Model.Lease lease) {
        return new ScoreExecution(
                lease.sessions(), lease.device(), lease.allocator(), model.options(), settings, cancellation);
    }
}
