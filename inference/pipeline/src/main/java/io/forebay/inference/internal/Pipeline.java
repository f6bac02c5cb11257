// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Sink;
import io.forebay.inference.internal.BusyClock.Feeder;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Moves batches from a source through scorers to a sink, in order and with back-pressure end to end.
 *
 * <p>The calling thread feeds: it takes batches and hands each to a scorer thread. A writer thread takes the scored
 * batches in the order of the feed. The queue between them is bounded, so a slow sink stops the feed. The first failure
 * on any thread ends the run; everything that is under way is awaited and released. Used once.
 */
final class Pipeline {
    /** Batches beyond those being scored that may wait for the sink. */
    private static final int WAITING_BATCHES_MAX = 2;

    /** Where batches come from: the next one, then the caller's, or null at the end. */
    @FunctionalInterface
    interface Source {
        @Nullable
        Batch next();
    }

    /** Behind the last batch, so that the writer need not look for the end. */
    private static final FutureTask<Batch> END = new FutureTask<>(() -> {
        throw new IllegalStateException("the end is not a batch");
    });

    private final Source batches;
    private final List<Scorer> scorers;
    private final Sink.Writer sink;
    private final RunMeter meter;
    private final BusyClock clock;
    private final LongConsumer onRows;
    private final Cancellation cancellation;
    private final BlockingQueue<Scorer> idleScorers;
    private final BlockingQueue<FutureTask<Batch>> inOrder;
    private final AtomicLong rows = new AtomicLong();
    private volatile @Nullable Throwable failure;

    /**
     * @param onRows told, on the writer thread, how many rows have been written so far
     * @param cancellation ends the run before its next batch
     */
    Pipeline(
            Source batches,
            List<Scorer> scorers,
            Sink.Writer sink,
            RunMeter meter,
            LongConsumer onRows,
            Cancellation cancellation) {
        this.batches = batches;
        this.scorers = scorers;
        this.sink = sink;
        this.meter = meter;
        this.clock = meter.clock();
        this.onRows = onRows;
        this.cancellation = cancellation;
        this.idleScorers = new ArrayBlockingQueue<>(scorers.size(), false, scorers);
        this.inOrder = new ArrayBlockingQueue<>(scorers.size() + WAITING_BATCHES_MAX);
    }

    /** Runs to the end of the stream; returns the rows written. */
    long run() {
        ExecutorService scoring = Executors.newFixedThreadPool(scorers.size(), Threads.named("forebay-score"));
        ExecutorService writing = Executors.newSingleThreadExecutor(Threads.named("forebay-write"));
        Future<?> written = writing.submit(this::writeAll);
        try {
            feed(scoring);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            fail(interrupted(e));
        } catch (RuntimeException e) {
            fail(
                    cancellation.isRequested()
                            ? cancellation.failure()
                            : e); // a wait for data may end by closing the stream
        } finally {
            awaitEnd(scoring, writing, written);
        }
        Throwable first = failure;
        if (first != null) {
            throw typed(first);
        }
        return rows.get();
    }

    private void feed(ExecutorService scoring) throws InterruptedException {
        while (failure == null) {
            cancellation.requireNone();
            clock.feederIs(Feeder.WAITING_FOR_DATA);
            Batch batch = batches.next();
            if (batch == null) {
                return;
            }
            clock.feederIs(Feeder.WAITING_FOR_SINK);
            long fedNanos = System.nanoTime();
            FutureTask<Batch> task = new FutureTask<>(() -> score(batch, fedNanos));
            try {
                meter.queued(1);
                inOrder.put(task); // the writer takes what is queued even after a failure
            } catch (InterruptedException e) {
                batch.close();
                throw e;
            }
            try {
                scoring.execute(task);
            } catch (RuntimeException | Error e) { // no thread is to be had: the writer must not wait for the task
                batch.close();
                task.cancel(false);
                throw e;
            }
            clock.feederIs(Feeder.WORKING);
        }
    }

    private Batch score(Batch batch, long fedNanos) throws InterruptedException {
        if (failure != null) {
            batch.close();
            throw new CancellationException("the run has failed");
        }
        Scorer scorer = idleScorers.take();
        meter.waited(System.nanoTime() - fedNanos);
        try {
            return scorer.score(batch);
        } finally {
            idleScorers.add(scorer);
        }
    }

    private void writeAll() {
        for (FutureTask<Batch> next = take(); next != END; next = take()) {
            write(next);
        }
    }

    /** Waits on where a sink or a listener has interrupted the writer: what is queued must be released. */
    private FutureTask<Batch> take() {
        while (true) {
            try {
                return inOrder.take();
            } catch (InterruptedException e) {
                fail(interrupted(e));
            }
        }
    }

    /** As {@link #take}. */
    private Batch await(Future<Batch> scored) throws ExecutionException {
        while (true) {
            try {
                return scored.get();
            } catch (InterruptedException e) {
                fail(interrupted(e));
            }
        }
    }

    private static ForebayException interrupted(InterruptedException cause) {
        return new ForebayException(Kind.CANCELLED, "the run was interrupted", cause);
    }

    /** Writes one batch, or releases it where the run has failed. Nothing but the end may end the writer. */
    private void write(Future<Batch> scored) {
        meter.queued(-1);
        try (Batch batch = await(scored)) {
            if (failure == null) {
                cancellation.requireNone();
                long started = System.nanoTime();
                sink.write(batch);
                meter.written(System.nanoTime() - started);
                onRows.accept(rows.addAndGet(batch.rows()));
            }
        } catch (ExecutionException e) {
            fail(e.getCause() == null ? e : e.getCause());
        } catch (RuntimeException | Error e) {
            fail(e);
        }
    }

    private synchronized void fail(Throwable cause) {
        if (failure == null) {
            failure = cause;
        }
    }

    /** Lets the threads finish what they have; a native run that has started is always awaited. */
    private void awaitEnd(ExecutorService scoring, ExecutorService writing, Future<?> written) {
        boolean interrupted = false;
        boolean announced = false;
        while (!written.isDone()) {
            try {
                if (!announced) {
                    inOrder.put(END);
                    announced = true;
                }
                written.get();
            } catch (InterruptedException e) {
                interrupted = true;
                fail(interrupted(e));
            } catch (ExecutionException e) {
                fail(e.getCause() == null ? e : e.getCause());
            }
        }
        scoring.shutdown();
        writing.shutdown();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a scorer, a sink or a source throws unchecked is passed on as it is. */
    private static RuntimeException typed(Throwable failure) {
        boolean own = failure instanceof CancellationException || failure instanceof OutOfMemoryException;
        return failure instanceof RuntimeException unchecked && !own ? unchecked : RunFailures.typed(failure);
    }
}
