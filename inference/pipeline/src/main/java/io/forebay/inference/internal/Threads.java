// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Daemon threads with names. */
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
}
