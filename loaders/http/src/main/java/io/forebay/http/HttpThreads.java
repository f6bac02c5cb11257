// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.internal.WorkerThreads;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A storage's client, made when it is first needed, and the threads on which it handles answers. The client's own selector
 * thread ends with {@link #close} on JDK 21 and later; before that, when the client is garbage. Thread-safe.
 */
final class HttpThreads implements AutoCloseable {
    private static final int THREADS = 4;
    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private @Nullable HttpClient client;
    private @Nullable ExecutorService executor;

    synchronized HttpClient client() {
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

    /** Ends what is under way. */
    @Override
    public synchronized void close() {
        client = null;
        if (executor != null) {
            executor.shutdown();
        }
    }
}
