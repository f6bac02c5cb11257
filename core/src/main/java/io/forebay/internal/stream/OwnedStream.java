// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Place;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * What all streams of a context have in common: one batch looked ahead, what was delivered, and their end. After a failure every
 * further call fails the same way, so that no row is passed over.
 */
public abstract class OwnedStream implements BatchStream {
    /** Of all that the stream reads, and of its batches. */
    protected final BufferAllocator allocator;

    private final String dataset;
    private final Consumer<OwnedStream> onClose;
    private final Object closing = new Object();
    private boolean closed;
    private boolean memoryReturned;
    private @Nullable ForebayException failure;

    /** A batch that an iterator has looked for and nobody has taken. */
    private @Nullable Batch ahead;

    private volatile Checkpoint delivered;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong();
    private volatile long badRows;

    /**
     * A stream that has delivered nothing.
     *
     * @param allocator closed once the stream and all its batches are
     * @param dataset what messages call the data set
     * @param start the state before the first batch
     * @param onClose told once, when the stream has been closed
     */
    protected OwnedStream(BufferAllocator allocator, String dataset, Checkpoint start, Consumer<OwnedStream> onClose) {
        this.allocator = allocator;
        this.dataset = dataset;
        this.delivered = start;
        this.onClose = onClose;
    }

    /** The next batch, or null at the end; called by one thread at a time. */
    protected abstract @Nullable Batch read();

    /** The state at the end, once {@link #read} has answered null; that of the last batch unless something lay behind it. */
    protected Checkpoint stateAtEnd() {
        return delivered;
    }

    /** Ends what goes on for {@link #read}, and a wait in it. From any thread. */
    protected abstract void stop();

    /** Releases what {@link #read} has begun; nobody is in it, nor will be. */
    protected void release() {}

    /** Bytes read from storage so far. */
    protected abstract long bytesRead();

    /** Bad rows that {@link #read} has come across. */
    protected long badRows() {
        return 0;
    }

    /** Batches that were delivered. */
    protected final long batchesDelivered() {
        return batches.get();
    }

    /** Any failure as the exception that the consumer sees. */
    protected final ForebayException located(Throwable failed) {
        return Failures.located(failed, Place.of(dataset));
    }

    @Override
    public final synchronized @Nullable Batch next() {
        lookAhead();
        Batch batch = ahead;
        ahead = null;
        if (batch != null) {
            rows.addAndGet(batch.rows());
            batches.incrementAndGet();
            delivered = batch.checkpoint();
            badRows = badRows();
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
            if (ahead == null) {
                delivered = stateAtEnd();
                badRows = badRows();
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = located(e);
            throw failure;
        } finally {
            waitNanos.addAndGet(System.nanoTime() - started);
        }
    }

    @Override
    public final Iterator<Batch> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return OwnedStream.this.hasNext();
            }

            @Override
            public Batch next() {
                Batch batch = OwnedStream.this.next();
                if (batch == null) {
                    throw new NoSuchElementException("the stream is at its end");
                }
                return batch;
            }
        };
    }

    @Override
    public final Checkpoint checkpoint() {
        return delivered;
    }

    @Override
    public final Progress progress() {
        return new Progress(
                rows.get(), batches.get(), bytesRead(), waitNanos.get(), badRows, allocator.getPeakMemoryAllocation());
    }

    @Override
    public final void close() {
        synchronized (closing) { // a second closer waits for the first
            if (closed) {
                return;
            }
            try {
                stop(); // ends a wait in next(), which holds the stream's own monitor
            } finally {
                closed = true;
                releaseAll();
                onClose.accept(this);
            }
        }
    }

    private synchronized void releaseAll() {
        release();
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
        if (failure == null) {
            failure = ForebayException.cancelled("a closed stream has no more batches");
        }
    }

    /** Returns the memory of a closed stream, unless batches still hold some of it; true when it is returned. */
    public final synchronized boolean returnMemory() {
        if (!memoryReturned && allocator.getAllocatedMemory() == 0) {
            memoryReturned = true;
            allocator.close();
        }
        return memoryReturned;
    }
}
