// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Threads of a context or of what it owns: started when first needed, daemons, gone after a minute without work. */
public final class WorkerThreads {
    private static final long IDLE_SECONDS_MAX = 60;

    private WorkerThreads() {}

    /**
     * A pool of threads named {@code forebay-<work>-1} and so on. Its owner shuts it down.
     *
     * @param work what they do, in a word
     */
    public static ExecutorService start(String work, int count) {
        AtomicInteger started = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                count, count, IDLE_SECONDS_MAX, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "forebay-" + work + "-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
