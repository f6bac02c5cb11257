// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.Dataset;
import io.forebay.Sink;
import io.forebay.inference.internal.ScoreExecution;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * One scoring of a data set: configured, then {@link #run} once. Each setter returns a changed copy; only {@link #cancel}
 * acts on the run itself and may be called from any thread.
 */
public final class ScoreRun {
    private final Model model;
    private final Settings settings;
    private final AtomicBoolean cancelled;

    /**
     * What a run does.
     *
     * @param dataset the rows
     * @param keepAll whether all input columns are passed on
     * @param keep otherwise, the input columns that are
     * @param sink where the output goes
     * @param resume whether to go on after what the sink has committed
     * @param progress told now and then how far the run has come
     */
    private record Settings(
            Dataset dataset,
            boolean keepAll,
            List<String> keep,
            Sink sink,
            boolean resume,
            Consumer<ScoreProgress> progress) {}

    private ScoreRun(Model model, Settings settings, AtomicBoolean cancelled) {
        this.model = model;
        this.settings = settings;
        this.cancelled = cancelled;
    }

    static ScoreRun of(Model model, Dataset dataset) {
        Settings settings = new Settings(dataset, false, List.of(), Sink.discard(), false, progress -> {});
        return new ScoreRun(model, settings, new AtomicBoolean());
    }

    /** Passes these input columns on, before the model's outputs. Without this, none is. */
    public ScoreRun keep(String... columns) {
        return with(new Settings(
                settings.dataset, false, List.of(columns), settings.sink, settings.resume, settings.progress));
    }

    /** Passes all input columns on, before the model's outputs. */
    public ScoreRun keepAll() {
        return with(new Settings(settings.dataset, true, List.of(), settings.sink, settings.resume, settings.progress));
    }

    /** Writes the output here; without this it is thrown away. */
    public ScoreRun writeTo(Sink sink) {
        return with(new Settings(
                settings.dataset, settings.keepAll, settings.keep, sink, settings.resume, settings.progress));
    }

    /** Goes on after what an earlier run of the same kind committed to the sink, if there was one. */
    public ScoreRun resumable() {
        return with(new Settings(
                settings.dataset, settings.keepAll, settings.keep, settings.sink, true, settings.progress));
    }

    /** Reports progress, on one of the run's threads; {@code listener} returns quickly. */
    public ScoreRun onProgress(Consumer<ScoreProgress> listener) {
        return with(new Settings(
                settings.dataset, settings.keepAll, settings.keep, settings.sink, settings.resume, listener));
    }

    /** Ends a run that is under way with a {@code cancelled} error; a native run that has started is awaited. */
    public void cancel() {
        cancelled.set(true);
    }

    /**
     * Scores all rows that are left.
     *
     * @throws io.forebay.ForebayException when data, model or sink fail; what was committed stays, the rest leaves no
     *     trace
     */
    public ScoreSummary run() {
        try (Model.Lease lease = model.lease()) {
            return execution(lease.session()).run();
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
            return execution(lease.session()).measure(total);
        }
    }

    private ScoreExecution execution(EngineSession session) {
        return new ScoreExecution(
                model.forebay(),
                session,
                model.options(),
                settings.dataset,
                settings.keepAll,
                settings.keep,
                settings.sink,
                settings.resume,
                settings.progress,
                cancelled);
    }

    private ScoreRun with(Settings changed) {
        return new ScoreRun(model, changed, cancelled);
    }
}
