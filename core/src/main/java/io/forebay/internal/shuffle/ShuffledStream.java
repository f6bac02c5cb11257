// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.stream.BatchIterator;
import io.forebay.internal.stream.Failures;
import io.forebay.internal.stream.OwnedStream;
import java.util.Iterator;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One epoch of a shuffled order, or what is left of it. After a failure every further call fails the same way. */
public final class ShuffledStream implements OwnedStream {
    private final ShufflePlan plan;
    private final BufferAllocator allocator;
    private final Memory memory;
    private final Executor workers;
    private final Consumer<OwnedStream> onClose;
    private final Object closing = new Object();
    private boolean closed;

    /** Guards which scheduler reads, and whether none will any more. */
    private final Object reading = new Object();

    private ShuffleScheduler scheduler;
    private ShuffleMemory use;
    private boolean ended;

    /** What schedulers before this one have done: steps taken, and bytes read. */
    private long stepsBefore;

    private long bytesReadBefore;
    private boolean memoryReturned;
    private @Nullable ForebayException failure;
    private @Nullable Batch ahead;
    private volatile Checkpoint delivered;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong();

    /**
     * Starts to read.
     *
     * @param onClose told once, when the stream has been closed
     * @throws ForebayException of kind {@code limit} when the memory budget is too small for the order
     */
    public ShuffledStream(
            ShufflePlan plan, Executor workers, Memory memory, String name, Consumer<OwnedStream> onClose) {
        this.plan = plan;
        this.onClose = onClose;
        this.delivered = plan.start();
        this.memory = memory;
        this.workers = workers;
        this.use = ShuffleMemory.of(plan, memory.limitBytes());
        use.requireFits();
        this.allocator = memory.newAllocator(name);
        this.scheduler = new ShuffleScheduler(plan, use, workers, allocator, memory);
    }

    @Override
    public Schema schema() {
        return plan.columns().outputSchema();
    }

    @Override
    public synchronized @Nullable Batch next() {
        lookAhead();
        Batch batch = ahead;
        ahead = null;
        if (batch != null) {
            rows.addAndGet(batch.rows());
            batches.incrementAndGet();
            delivered = batch.checkpoint();
        }
        return batch;
    }

    private synchronized boolean hasNext() {
        lookAhead();
        return ahead != null;
    }

    private void lookAhead() {
        if (ahead != null) {
            return;
        }
        if (failure != null) {
            throw failure;
        }
        long started = System.nanoTime();
        try {
            ahead = read();
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = located(e);
            throw failure;
        } finally {
            waitNanos.addAndGet(System.nanoTime() - started);
        }
    }

    private @Nullable Batch read() {
        try {
            return batch(current().next());
        } catch (RuntimeException | OutOfMemoryError e) {
            ForebayException failed = located(e);
            if (failed.kind() != Kind.LIMIT || use.isFrugal()) {
                throw failed;
            }
        }
        startAgain(use.frugal());
        return batch(current().next());
    }

    private ForebayException located(Throwable failed) {
        return Failures.located(failed, Place.of(plan.columns().manifest().name()));
    }

    /**
     * Goes on from the next batch in another way: where rows take more memory than their files let expect, the way that takes the
     * least.
     */
    private void startAgain(ShuffleMemory other) {
        ShuffleScheduler before = current();
        before.close();
        synchronized (reading) {
            if (ended) {
                throw ForebayException.cancelled("a closed stream has no more batches");
            }
            use = other;
            bytesReadBefore += before.bytesRead();
            stepsBefore = batches.get();
            scheduler = new ShuffleScheduler(plan.after(stepsBefore), use, workers, allocator, memory);
        }
    }

    private ShuffleScheduler current() {
        synchronized (reading) {
            return scheduler;
        }
    }

    private @Nullable Batch batch(@Nullable PendingBatch complete) {
        if (complete == null) {
            return null;
        }
        long step = stepsBefore + complete.step;
        return new Batch(
                schema(),
                complete.finish(),
                complete.rows,
                plan.stepStart(step),
                plan.stateAfter(step),
                plan.validRowsOf(step),
                rowNumbers(plan, step));
    }

    /** Of the plan alone: a batch may outlive its stream. */
    private static Supplier<long[]> rowNumbers(ShufflePlan plan, long step) {
        return () -> plan.rowNumbers(step, plan.order().finder());
    }

    @Override
    public Iterator<Batch> iterator() {
        return new BatchIterator(this::hasNext, this::next);
    }

    @Override
    public Checkpoint checkpoint() {
        return delivered;
    }

    @Override
    public Progress progress() {
        long bytesRead;
        synchronized (reading) {
            bytesRead = bytesReadBefore + scheduler.bytesRead();
        }
        return new Progress(rows.get(), batches.get(), bytesRead, waitNanos.get(), allocator.getPeakMemoryAllocation());
    }

    @Override
    public void close() {
        synchronized (closing) { // a second closer waits for the first
            if (closed) {
                return;
            }
            try {
                synchronized (reading) {
                    ended = true;
                }
                current().close(); // ends a wait in next(), which holds the stream's own monitor
            } finally {
                closed = true;
                releaseAhead();
                onClose.accept(this);
            }
        }
    }

    private synchronized void releaseAhead() {
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
        if (failure == null) {
            failure = ForebayException.cancelled("a closed stream has no more batches");
        }
    }

    @Override
    public synchronized boolean returnMemory() {
        if (!memoryReturned && allocator.getAllocatedMemory() == 0) {
            memoryReturned = true;
            allocator.close();
        }
        return memoryReturned;
    }
}
