// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.inference.ServeOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Puts requests together, in the order in which they came. Thread-safe; several threads may take. */
final class Batcher {
    private final ServeOptions options;
    private final long maxWaitNanos;
    private final Deque<ServeRequest> waiting = new ArrayDeque<>();
    private long rows;
    private long bytes;
    private boolean closed;

    Batcher(ServeOptions options) {
        this.options = options;
        this.maxWaitNanos = Nanos.of(options.maxWait());
    }

    /** @throws ForebayException of kind {@code limit} when too many wait, {@code cancelled} after closing */
    synchronized void add(ServeRequest request) {
        if (closed) {
            throw ForebayException.cancelled("a closed service takes no requests");
        }
        if (waiting.size() >= options.maxQueued()) {
            throw ForebayException.limit(
                    "no more requests may wait than a service is told: maxQueued=" + options.maxQueued());
        }
        waiting.add(request);
        rows += request.rowCount();
        bytes += request.bytes();
        notifyAll();
    }

    /**
     * Waits for the requests of the next run, and takes them; without any that is still wanted where others had to be dropped.
     *
     * @return null after closing, once all that came before have been taken
     */
    @Nullable
    List<ServeRequest> take() throws InterruptedException {
        List<ServeRequest> wanted = new ArrayList<>();
        List<ServeRequest> unwanted = new ArrayList<>();
        synchronized (this) {
            awaitRun();
            if (waiting.isEmpty() && closed) {
                return null;
            }
            takeWhatFits(wanted, unwanted);
        }
        unwanted.forEach(ServeRequest::drop);
        return wanted;
    }

    /** Waits until there is enough for a run, or one of those that wait has waited long enough. */
    private void awaitRun() throws InterruptedException {
        while (!closed && rows < options.maxRows() && bytes < options.maxBytes()) {
            if (waiting.isEmpty()) {
                wait();
                continue;
            }
            long left = Long.MAX_VALUE;
            for (ServeRequest request : waiting) {
                left = Math.min(left, request.patienceNanos(maxWaitNanos) - request.waitedNanos());
            }
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private void takeWhatFits(List<ServeRequest> wanted, List<ServeRequest> unwanted) {
        long takenRows = 0;
        long takenBytes = 0;
        while (!waiting.isEmpty()) {
            ServeRequest next = waiting.element();
            boolean fits =
                    takenRows + next.rowCount() <= options.maxRows() && takenBytes + next.bytes() <= options.maxBytes();
            if (!fits && !wanted.isEmpty()) {
                return;
            }
            waiting.remove();
            rows -= next.rowCount();
            bytes -= next.bytes();
            if (next.isWanted()) {
                wanted.add(next);
                takenRows += next.rowCount();
                takenBytes += next.bytes();
            } else {
                unwanted.add(next);
            }
        }
    }

    synchronized int queued() {
        return waiting.size();
    }

    /** Lets what waits be taken at once, and nothing more come. */
    synchronized void close() {
        closed = true;
        notifyAll();
    }
}
