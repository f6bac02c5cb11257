// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.inference.ServeOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Puts requests together, in the order in which they came. Thread-safe; several threads may take. */
final class Batcher {
    private final ServeOptions options;
    private final Deque<ServeRequest> waiting = new ArrayDeque<>();
    private long rows;
    private long bytes;
    private boolean closed;

    Batcher(ServeOptions options) {
        this.options = options;
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

    /** The requests of the next run, at least one; none after closing, once all that came before have been taken. */
    synchronized List<ServeRequest> take() throws InterruptedException {
        while (true) {
            awaitRun();
            if (waiting.isEmpty() && closed) {
                return List.of();
            }
            List<ServeRequest> taken = takeWhatFits();
            if (!taken.isEmpty()) {
                return taken;
            }
        }
    }

    /** Waits until there is enough for a run, or what there is has waited long enough. */
    private void awaitRun() throws InterruptedException {
        while (!closed && rows < options.maxRows() && bytes < options.maxBytes()) {
            if (waiting.isEmpty()) {
                wait();
                continue;
            }
            long waited = System.nanoTime() - waiting.element().submittedNanos();
            long left = options.maxWait().toNanos() - waited;
            if (left <= 0) {
                return;
            }
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
    }

    private List<ServeRequest> takeWhatFits() {
        List<ServeRequest> taken = new ArrayList<>();
        long takenRows = 0;
        long takenBytes = 0;
        while (!waiting.isEmpty()) {
            ServeRequest next = waiting.element();
            boolean fits =
                    takenRows + next.rowCount() <= options.maxRows() && takenBytes + next.bytes() <= options.maxBytes();
            if (!fits && !taken.isEmpty()) {
                break;
            }
            waiting.remove();
            rows -= next.rowCount();
            bytes -= next.bytes();
            if (next.isWanted()) {
                taken.add(next);
                takenRows += next.rowCount();
                takenBytes += next.bytes();
            }
        }
        return taken;
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
