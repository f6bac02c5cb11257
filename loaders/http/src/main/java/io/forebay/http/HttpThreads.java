// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A storage's client, made when it is first needed, and the threads on which it handles answers. The client's own selector
 * thread ends with {@link #close} on JDK 21 and later; before that, when the client is garbage. Thread-safe.
 */
final class HttpThreads implements AutoCloseable {
    private static final int THREADS_MAX = 4;
    private static final long IDLE_SECONDS_MAX = 10;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private @Nullable HttpClient client;
    private @Nullable ExecutorService executor;

    synchronized HttpClient client() {
        HttpClient known = client;
        if (known == null) {
            ExecutorService threads = newExecutor();
            executor = threads;
            known = HttpClient.newBuilder()
                    .executor(threads)
                    .version(HttpClient.Version.HTTP_1_1) // ranges at the same time, each on a connection of its own
                    .followRedirects(HttpClient.Redirect.NORMAL)
                    .connectTimeout(CONNECT_MAX)
                    .build();
            client = known;
        }
        return known;
    }

    private static ExecutorService newExecutor() {
        AtomicInteger started = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS_MAX, THREADS_MAX, IDLE_SECONDS_MAX, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "forebay-http-" + started.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Ends what is under way. */
    @Override
    public synchronized void close() {
        client = null;
        if (executor != null) {
            executor.shutdown();
        }
    }
}
