// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.MemoryBudget;
import io.forebay.Sink;
import io.forebay.inference.FeedEfficiency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.function.LongUnaryOperator;
import java.util.function.ToLongFunction;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Times loader and model, apart and together, over the same data set. They take turns of equal length, so that whatever
 * else the machine does meets all three alike, and the medians over the turns count.
 */
final class Measurement {
    /** Turns of each; odd, so that there is one in the middle. */
    private static final int ROUNDS = 5;

    /** Batches kept in memory for the model alone; fewer where they are large. */
    private static final int RESIDENT_BATCHES_MAX = 8;

    /** What part of the budget these leave to the pipeline at least: all but one in so many. */
    private static final int RESIDENT_SHARE = 4;

    private final Dataset dataset;
    private final Function<RunMeter, Scorers> newScorers;
    private final Cancellation cancellation;

    Measurement(Dataset dataset, Function<RunMeter, Scorers> newScorers, Cancellation cancellation) {
        this.dataset = dataset;
        this.newScorers = newScorers;
        this.cancellation = cancellation;
    }

    /** Measures for about {@code total}. */
    FeedEfficiency run(Duration total, boolean sharedCores) {
        long turnNanos = total.toNanos() / (3 * ROUNDS);
        double[] loader = new double[ROUNDS];
        double[] model = new double[ROUNDS];
        double[] together = new double[ROUNDS];
        List<Batch> resident = new ArrayList<>();
        try (Scorers scorers = newScorers.apply(new RunMeter())) {
            loadInto(resident);
            for (int round = 0; round < ROUNDS; round++) {
                loader[round] = rate(turnNanos, end -> passes(end, Measurement::drain));
                model[round] = rate(turnNanos, end -> runResident(resident, scorers, end));
                together[round] = rate(turnNanos, end -> passes(end, this::score));
            }
        } finally {
            resident.forEach(Batch::close);
        }
        return new FeedEfficiency(median(loader), median(model), median(together), sharedCores);
    }

    private void loadInto(List<Batch> resident) {
        try (BatchStream stream = dataset.stream()) {
            while (resident.isEmpty() || (resident.size() < RESIDENT_BATCHES_MAX && hasRoom())) {
                Batch batch = stream.next();
                if (batch == null) {
                    return;
                }
                resident.add(batch);
            }
        }
    }

    private boolean hasRoom() {
        MemoryBudget memory = dataset.context().memory();
        return memory.usedBytes() < memory.limitBytes() / RESIDENT_SHARE;
    }

    /** Rows per second of work that goes on until the time that it is given, and returns the rows that it did. */
    private static double rate(long turnNanos, LongUnaryOperator work) {
        long started = System.nanoTime();
        long rows = work.applyAsLong(started + turnNanos);
        return rows * 1e9 / Math.max(1, System.nanoTime() - started);
    }

    private static double median(double[] rates) {
        Arrays.sort(rates);
        return rates[rates.length / 2];
    }

    /** Streams the data set over and over, the last time perhaps not to its end. */
    private long passes(long endNanos, ToLongFunction<Pipeline.Source> pass) {
        long rows = 0;
        do {
            try (BatchStream stream = dataset.stream()) {
                rows += pass.applyAsLong(() -> System.nanoTime() < endNanos ? stream.next() : null);
            }
        } while (System.nanoTime() < endNanos);
        return rows;
    }

    private static long drain(Pipeline.Source batches) {
        long rows = 0;
        for (Batch batch = batches.next(); batch != null; batch = batches.next()) {
            rows += batch.rows();
            batch.close();
        }
        return rows;
    }

    private long score(Pipeline.Source batches) {
        RunMeter meter = new RunMeter();
        try (Scorers scorers = newScorers.apply(meter);
                Sink.Writer discard = Sink.discard().open(dataset.context(), new Schema(List.of()), false)) {
            return new Pipeline(batches, scorers.all(), discard, meter, count -> {}, cancellation).run();
        }
    }

    /** Runs resident batches over and over, as many at once as the pipeline does. */
    private long runResident(List<Batch> resident, Scorers scorers, long endNanos) {
        ExecutorService threads = Executors.newFixedThreadPool(scorers.all().size(), Threads.named("forebay-measure"));
        try {
            List<Future<Long>> counts = new ArrayList<>();
            for (Scorer scorer : scorers.all()) {
                counts.add(threads.submit(() -> runResident(resident, scorer, endNanos)));
            }
            long rows = 0;
            for (Future<Long> count : counts) {
                rows += count.get();
            }
            return rows;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new ForebayException(Kind.IO, "the model could not be measured: " + e.getCause(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForebayException(Kind.CANCELLED, "the measurement was interrupted", e);
        } finally {
            Threads.end(threads); // the batches are closed next
        }
    }

    private static long runResident(List<Batch> resident, Scorer scorer, long endNanos) {
        long rows = 0;
        for (int i = 0; !resident.isEmpty() && System.nanoTime() < endNanos; i++) {
            Batch batch = resident.get(i % resident.size());
            scorer.runOnly(batch);
            rows += batch.rows();
        }
        return rows;
    }
}
