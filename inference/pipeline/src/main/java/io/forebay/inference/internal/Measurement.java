// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.apache.arrow.vector.types.pojo.Schema;

/** Times loader and model, apart and together, over the same data set. */
final class Measurement {
    /** Batches kept in memory for the model alone. */
    private static final int RESIDENT_BATCHES = 8;

    private static final double MODEL_SECONDS = 1.0;

    private final Dataset dataset;
    private final Function<BusyClock, ScoreExecution.Scorers> newScorers;
    private final int concurrency;

    Measurement(Dataset dataset, Function<BusyClock, ScoreExecution.Scorers> newScorers, int concurrency) {
        this.dataset = dataset;
        this.newScorers = newScorers;
        this.concurrency = concurrency;
    }

    double loaderRowsPerSecond() {
        long started = System.nanoTime();
        long rows = 0;
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return perSecond(rows, started);
    }

    /** Runs resident batches over and over, as many at once as the pipeline does. */
    double modelRowsPerSecond() {
        List<Batch> resident = new ArrayList<>();
        ScoreExecution.Scorers scorers = newScorers.apply(new BusyClock());
        try {
            try (BatchStream stream = dataset.limit((long) RESIDENT_BATCHES * 8192).stream()) {
                for (Batch batch : stream) {
                    resident.add(batch);
                }
            }
            return resident.isEmpty() ? 0 : runResident(resident, scorers);
        } finally {
            resident.forEach(Batch::close);
            scorers.closeWithMemory();
        }
    }

    private double runResident(List<Batch> resident, ScoreExecution.Scorers scorers) {
        ExecutorService threads = Executors.newFixedThreadPool(concurrency, Threads.named("forebay-measure"));
        long started = System.nanoTime();
        try {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                int scorer = i;
                counts.add(threads.submit(() -> runFor(resident, scorers, scorer, started)));
            }
            long rows = 0;
            for (Future<Long> count : counts) {
                rows += count.get();
            }
            return perSecond(rows, started);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new ForebayException(Kind.IO, "the model could not be measured: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForebayException(Kind.CANCELLED, "the measurement was interrupted", e);
        } finally {
            threads.shutdown();
        }
    }

    private static long runFor(List<Batch> resident, ScoreExecution.Scorers scorers, int scorer, long started) {
        long rows = 0;
        for (int i = scorer; System.nanoTime() - started < MODEL_SECONDS * 1e9; i++) {
            Batch batch = resident.get(i % resident.size());
            scorers.runOnly(scorer, batch);
            rows += batch.rows();
        }
        return rows;
    }

    double pipelineRowsPerSecond(AtomicBoolean cancelled) {
        BusyClock clock = new BusyClock();
        ScoreExecution.Scorers scorers = newScorers.apply(clock);
        long started = System.nanoTime();
        try (Sink.Writer discard = Sink.discard().open(new Schema(List.of()), false);
                BatchStream stream = dataset.stream()) {
            long rows = new Pipeline(stream, scorers.all, discard, clock, count -> {}, cancelled).run();
            return perSecond(rows, started);
        } finally {
            scorers.closeWithMemory();
        }
    }

    private static double perSecond(long rows, long startedNanos) {
        return rows * 1e9 / Math.max(1, System.nanoTime() - startedNanos);
    }
}
