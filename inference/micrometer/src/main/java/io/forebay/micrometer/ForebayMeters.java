// SPDX-License-Identifier: Apache-2.0
package io.forebay.micrometer;

import io.forebay.Forebay;
import io.forebay.inference.CopyReason;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ScoreProgress;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * What scoring runs and contexts tell, as meters of a registry. Counters go on from run to run; gauges are those of the run that
 * told last. Thread-safe; one object serves any number of runs, and a second one of the same tags is without effect on gauges.
 *
 * <p>Counters: {@code forebay.rows}, {@code forebay.batches}, {@code forebay.stage.seconds} (tag {@code stage}),
 * {@code forebay.copied.bytes} (tag {@code reason}), {@code forebay.heap.bytes}. Gauges: {@code forebay.device.busy},
 * {@code forebay.starved} and {@code forebay.blocked}, shares of the run's time; {@code forebay.batch.fill}, a share;
 * {@code forebay.batch.wait.seconds} (tag {@code quantile}); {@code forebay.queued}, batches; {@code forebay.memory.used.bytes},
 * {@code .peak} and {@code .limit}.
 */
public final class ForebayMeters {
    private final MeterRegistry registry;
    private final Tags tags;
    private final AtomicReference<@Nullable RunMetrics> last = new AtomicReference<>();

    /** @param tags of all meters, by which the runs of one model are told from those of another */
    public ForebayMeters(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.tags = tags;
        gauge("forebay.device.busy", tags, RunMetrics::busy);
        gauge("forebay.starved", tags, RunMetrics::starved);
        gauge("forebay.blocked", tags, RunMetrics::blocked);
        gauge("forebay.batch.fill", tags, RunMetrics::batchFill);
        gauge("forebay.queued", tags, RunMetrics::queued);
        gauge("forebay.batch.wait.seconds", tags.and("quantile", "0.5"), metrics -> metrics.batchWait()
                .p50());
        gauge("forebay.batch.wait.seconds", tags.and("quantile", "0.99"), metrics -> metrics.batchWait()
                .p99());
    }

    private void gauge(String name, Tags own, ToDoubleFunction<RunMetrics> figure) {
        Gauge.builder(name, this, meters -> meters.figure(figure))
                .tags(own)
                .strongReference(true) // the registry keeps what its meters read
                .register(registry);
    }

    private double figure(ToDoubleFunction<RunMetrics> figure) {
        RunMetrics metrics = last.get();
        return metrics == null ? Double.NaN : figure.applyAsDouble(metrics);
    }

    /** The memory of a context, until that is closed. */
    public void watch(Forebay forebay) {
        memory("used", forebay, memory -> memory.memory().usedBytes());
        memory("peak", forebay, memory -> memory.memory().peakBytes());
        memory("limit", forebay, memory -> memory.memory().limitBytes());
    }

    private void memory(String which, Forebay forebay, ToDoubleFunction<Forebay> figure) {
        Gauge.builder("forebay.memory." + which + ".bytes", forebay, figure)
                .tags(tags)
                .register(registry);
    }

    /** What to give to {@code ScoreRun.onProgress}; a new one for each run. */
    public Consumer<ScoreProgress> ofRun() {
        return new Listener();
    }

    /** Adds what has come since the last time. */
    private final class Listener implements Consumer<ScoreProgress> {
        private @Nullable RunMetrics before;

        @Override
        public void accept(ScoreProgress progress) {
            RunMetrics now = progress.metrics();
            if (before != null && now.seconds() < before.seconds()) { // another run
                before = null;
            }
            add("forebay.rows", tags, now, RunMetrics::rows);
            add("forebay.batches", tags, now, RunMetrics::batches);
            add("forebay.heap.bytes", tags, now, RunMetrics::heapBytes);
            stage("prepare", now, metrics -> metrics.stages().prepare());
            stage("run", now, metrics -> metrics.stages().run());
            stage("output", now, metrics -> metrics.stages().output());
            stage("write", now, metrics -> metrics.stages().write());
            for (CopyReason reason : now.bytesCopied().keySet()) {
                Tags own = tags.and("reason", reason.name().toLowerCase(Locale.ROOT));
                add("forebay.copied.bytes", own, now, metrics -> metrics.bytesCopied()
                        .getOrDefault(reason, 0L));
            }
            before = now;
            last.set(now);
        }

        private void stage(String stage, RunMetrics now, ToDoubleFunction<RunMetrics> figure) {
            add("forebay.stage.seconds", tags.and("stage", stage), now, figure);
        }

        private void add(String name, Tags own, RunMetrics now, ToDoubleFunction<RunMetrics> figure) {
            double more = figure.applyAsDouble(now) - (before == null ? 0 : figure.applyAsDouble(before));
            Counter.builder(name).tags(own).register(registry).increment(more);
        }
    }
}
