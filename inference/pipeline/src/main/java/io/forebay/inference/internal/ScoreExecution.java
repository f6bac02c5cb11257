// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.inference.Device;
import io.forebay.inference.EngineSession;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.ScoreProgress;
import io.forebay.inference.ScoreSummary;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.BufferAllocator;

/** Carries out one scoring run. Used once. */
public final class ScoreExecution {
    private final Forebay forebay;
    private final EngineSession session;
    private final ModelOptions options;
    private final ScorePlan plan;
    private final Dataset dataset;
    private final Sink sink;
    private final boolean resume;
    private final Consumer<ScoreProgress> progress;
    private final AtomicBoolean cancelled;

    public ScoreExecution(
            Forebay forebay,
            EngineSession session,
            ModelOptions options,
            Dataset dataset,
            boolean keepAll,
            List<String> keep,
            Sink sink,
            boolean resume,
            Consumer<ScoreProgress> progress,
            AtomicBoolean cancelled) {
        this.forebay = forebay;
        this.session = session;
        this.options = options;
        this.plan = ScorePlan.of(
                session, dataset.schema(), options.bindings(), options.nulls(), new ScorePlan.Kept(keepAll, keep));
        this.dataset = plan.project(dataset);
        this.sink = sink;
        this.resume = resume;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /** Scores the rows that are left and commits them. */
    public ScoreSummary run() {
        BusyClock clock = new BusyClock();
        try (Sink.Writer writer = sink.open(plan.outputSchema(), resume)) {
            Checkpoint committed = writer.committed();
            long copied;
            long rows;
            try (BufferAllocator allocator = forebay.newAllocator("model");
                    Scorers scorers = new Scorers(allocator, clock);
                    BatchStream stream = committed == null ? dataset.stream() : dataset.stream(committed)) {
                rows = new Pipeline(stream::next, scorers.all, writer, clock, reporter(clock), cancelled).run();
                copied = scorers.copiedBytes();
            }
            writer.finish();
            return summary(clock.shares(), rows, copied, writer.parts());
        }
    }

    private LongConsumer reporter(BusyClock clock) {
        return rows -> {
            BusyClock.Shares shares = clock.shares();
            progress.accept(new ScoreProgress(rows, dataset.rows(), shares.seconds(), shares.busy()));
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
                session.device());
    }

    /** Measures loader, model and pipeline for about {@code total}, the sink left out. */
    public FeedEfficiency measure(Duration total) {
        boolean sharedCores = session.device().used().kind() == Device.Kind.CPU;
        return new Measurement(dataset, this::newScorers, cancelled).run(total, sharedCores);
    }

    private Scorers newScorers(BusyClock clock) {
        return new Scorers(forebay.newAllocator("model"), clock);
    }

    /** The scorers of a run, one for each run in flight, and their memory where it is theirs to close. */
    final class Scorers implements AutoCloseable {
        final List<Scorer> all = new ArrayList<>();
        private final BufferAllocator allocator;

        Scorers(BufferAllocator allocator, BusyClock clock) {
            this.allocator = allocator;
            for (int i = 0; i < options.concurrency(); i++) {
                all.add(new Scorer(plan, session, options.nulls(), allocator, clock));
            }
        }

        long copiedBytes() {
            return all.stream().mapToLong(Scorer::copiedBytes).sum();
        }

        @Override
        public void close() {
            all.forEach(Scorer::close);
        }

        void closeWithMemory() {
            close();
            allocator.close();
        }
    }
}
