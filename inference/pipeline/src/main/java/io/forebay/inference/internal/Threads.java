// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with names, and their end. */
final class Threads {
    private Threads() {}

    static ThreadFactory named(String prefix) {
        AtomicInteger started = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, prefix + "-" + started.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** Waits until everything that was submitted is done; an interrupt is kept for the caller. */
    static void end(ExecutorService threads) {
        threads.shutdown();
        boolean interrupted = false;
        while (!threads.isTerminated()) {
            try {
                threads.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
