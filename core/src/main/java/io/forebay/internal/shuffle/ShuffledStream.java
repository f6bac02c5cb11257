// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
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
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One epoch of a shuffled order, or what is left of it. After a failure every further call fails the same way. */
public final class ShuffledStream implements OwnedStream {
    private final ShufflePlan plan;
    private final BufferAllocator allocator;
    private final ShuffleScheduler scheduler;
    private final Consumer<OwnedStream> onClose;
    private final Object closing = new Object();
    private boolean closed;
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
        ShuffleMemory use = ShuffleMemory.of(plan, memory.limitBytes());
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
            PendingBatch complete = scheduler.next();
            ahead = complete == null ? null : batch(complete);
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = Failures.located(e, Place.of(plan.columns().manifest().name()));
            throw failure;
        } finally {
            waitNanos.addAndGet(System.nanoTime() - started);
        }
    }

    private Batch batch(PendingBatch complete) {
        long step = complete.step;
        return new Batch(
                schema(),
                complete.finish(),
                complete.rows,
                plan.stepStart(step),
                plan.stateAfter(step),
                plan.validRowsOf(step),
                () -> plan.rowNumbers(step, plan.order().finder()));
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
        return new Progress(
                rows.get(), batches.get(), scheduler.bytesRead(), waitNanos.get(), allocator.getPeakMemoryAllocation());
    }

    @Override
    public void close() {
        synchronized (closing) { // a second closer waits for the first
            if (closed) {
                return;
            }
            try {
                scheduler.close(); // ends a wait in next(), which holds the stream's own monitor
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
