// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Sink;
import io.forebay.inference.Device;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.EngineSession;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.ScoreProgress;
import io.forebay.inference.ScoreSummary;
import java.time.Duration;
import java.util.ArrayList;
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
        this.plan = ScorePlan.of(sessions.get(0), settings.dataset().schema(), options, settings.kept());
        this.dataset = plan.project(settings.dataset());
    }

    /** Scores the rows that are left and commits them. */
    public ScoreSummary run() {
        BusyClock clock = new BusyClock();
        try (Sink.Writer writer = settings.sink().open(dataset.context(), plan.outputSchema(), settings.resume())) {
            Checkpoint committed = writer.committed();
            long copied;
            long rows;
            try (Scorers scorers = new Scorers(clock);
                    BatchStream stream = committed == null ? dataset.stream() : dataset.stream(committed)) {
                cancellation.onRequest(stream::close);
                rows = new Pipeline(stream::next, scorers.all, writer, clock, reporter(clock), cancellation).run();
                copied = scorers.copiedBytes();
            }
            cancellation.requireNone();
            writer.finish();
            return summary(clock.shares(), rows, copied, writer.parts());
        }
    }

    private LongConsumer reporter(BusyClock clock) {
        return rows -> {
            BusyClock.Shares shares = clock.shares();
            settings.progress().accept(new ScoreProgress(rows, dataset.rows(), shares.seconds(), shares.busy()));
        };
    }

    private ScoreSummary summary(BusyClock.Shares shares, long rows, long copied, int parts) {
        return new ScoreSummary(
                rows,
                shares.seconds(),
                shares.busy(),
                shares.starved(),
                shares.blocked(),
                ScoreSummary.Verdict.of(shares.busy(), shares.starved(), shares.blocked()),
                rows == 0 ? 0 : (double) copied / rows,
                parts,
                device);
    }

    /** Measures loader, model and pipeline for about {@code total}, the sink left out. */
    public FeedEfficiency measure(Duration total) {
        boolean sharedCores = device.used().contains(Device.cpu());
        return new Measurement(dataset, Scorers::new, cancellation).run(total, sharedCores);
    }

    /** The scorers of a run, one for each model run in flight on each device, and their memory. */
    final class Scorers implements AutoCloseable {
        final List<Scorer> all = new ArrayList<>();
        private final BufferAllocator allocator;

        Scorers(BusyClock clock) {
            this.allocator = modelAllocator.newChildAllocator("run", 0, modelAllocator.getLimit());
            try {
                for (int i = 0; i < options.concurrency(); i++) {
                    for (EngineSession session :
                            sessions) { // in turns, so that the first batches go to different devices
                        all.add(new Scorer(plan, session, options, allocator, clock));
                    }
                }
            } catch (RuntimeException | Error e) { // a runner may need what the device has no more of
                close();
                throw e;
            }
        }

        long copiedBytes() {
            return all.stream().mapToLong(Scorer::copiedBytes).sum();
        }

        @Override
        public void close() {
            all.forEach(Scorer::close);
            allocator.close();
        }
    }
}
