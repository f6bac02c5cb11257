// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.internal.WorkerThreads;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A storage's client, made when it is first needed, and the threads on which it handles answers. The JDK gives the client
 * one more thread, a daemon that ends once the client is garbage. Thread-safe.
 */
final class HttpThreads implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private @Nullable HttpClient client;
    private @Nullable ExecutorService executor;
    private boolean closed;

    synchronized HttpClient client() {
        if (closed) {
            throw ForebayException.cancelled("a closed storage reads no more");
        }
        HttpClient known = client;
        if (known == null) {
            ExecutorService threads = WorkerThreads.start("http", THREADS);
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

    /** Lets the client go and ends the threads. */
    @Override
    public synchronized void close() {
        closed = true;
        client = null;
        if (executor != null) {
            executor.shutdown();
        }
    }
}
