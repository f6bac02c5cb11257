// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.BadRows;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.Sink;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.EngineSession;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ScoreProgress;
import io.forebay.inference.ScoreSummary;
import java.time.Duration;
import java.util.List;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;

/** Carries out one scoring run. Used once. */
public final class ScoreExecution {
    private final List<EngineSession> sessions;
    private final DeviceReport device;
    private final BufferAllocator modelAllocator;
    private final ModelOptions options;
    private final ScoreSettings settings;
    private final Cancellation cancellation;
    private final ScorePlan plan;
    private final Dataset dataset;

    /**
     * @param sessions of one model, one on each of its devices
     * @param modelAllocator from which the run takes a child for its tensors
     */
    public ScoreExecution(
            List<EngineSession> sessions,
            DeviceReport device,
            BufferAllocator modelAllocator,
            ModelOptions options,
            ScoreSettings settings,
            Cancellation cancellation) {
        this.sessions = sessions;
        this.device = device;
        this.modelAllocator = modelAllocator;
        this.options = options;
        this.settings = settings;
        this.cancellation = cancellation;
        EngineSession session = sessions.get(0);
        Dataset shaped = ListInputs.fixed(settings.dataset(), session.inputs(), options);
        this.plan = ScorePlan.of(session, shaped.schema(), options, settings.kept());
        this.dataset = plan.project(shaped);
        requireReadableRows(dataset.badRows());
    }

    /** What stands in for the values of bad rows must not be scored. */
    private static void requireReadableRows(BadRows badRows) {
        if (badRows.policy() != BadRows.Policy.FAIL) {
            throw ForebayException.unsupported("rows that are scored must be readable: badRows=" + badRows.policy());
        }
    }

    /** Scores the rows that are left and commits them. */
    public ScoreSummary run() {
        RunEvent event = new RunEvent();
        event.begin();
        Cancellation ending = new Cancellation();
        Cancellation.Registration cancelled = cancellation.onRequest(ending::request);
        Deadline deadline = Deadline.after(settings.deadline(), ending);
        try {
            ScoreSummary summary = run(ending);
            event.finish(summary);
            return summary;
        } catch (RuntimeException e) {
            event.fail(e);
            throw e;
        } finally {
            deadline.close();
            cancelled.close();
        }
    }

    private ScoreSummary run(Cancellation ending) {
        if (dataset.isShuffled()) { // parts and resumption go by rows of the data set
            throw ForebayException.usage("rows are scored in the order of the data set, not in a shuffled one");
        }
        RunMeter meter = new RunMeter();
        try (Sink.Writer writer = settings.sink().open(dataset.context(), plan.outputSchema(), settings.resume())) {
            Checkpoint committed = writer.committed();
            long rows;
            try (Scorers scorers = scorers(meter);
                    BatchStream stream = committed == null ? dataset.stream() : dataset.stream(committed)) {
                ending.onRequest(stream::close);
                rows = new Pipeline(stream::next, scorers.all(), writer, meter, reporter(meter), ending).run();
            }
            ending.requireNone();
            writer.finish();
            return summary(meter.metrics(), rows, writer.parts());
        }
    }

    private LongConsumer reporter(RunMeter meter) {
        return rows -> settings.progress().accept(new ScoreProgress(rows, dataset.rows(), meter.metrics()));
    }

    private ScoreSummary summary(RunMetrics metrics, long rows, int parts) {
        ScoreSummary.Verdict verdict = ScoreSummary.Verdict.of(metrics.busy(), metrics.starved(), metrics.blocked());
        return new ScoreSummary(rows, metrics, verdict, parts, device);
    }

    /** Measures loader, model and pipeline for about {@code total}, the sink left out. */
    public FeedEfficiency measure(Duration total) {
        boolean sharedCores = device.used().contains(Device.cpu());
        return new Measurement(dataset, this::scorers, cancellation).run(total, sharedCores);
    }

    private Scorers scorers(RunMeter meter) {
        return new Scorers(plan, sessions, options, modelAllocator, meter);
    }
}
