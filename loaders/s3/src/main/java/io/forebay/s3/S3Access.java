// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.internal.WorkerThreads;
import io.forebay.internal.remote.RequestGovernor;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.auth.credentials.ProfileCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** A storage's client and the threads on which it waits, both started when they are first needed. Thread-safe. */
final class S3Access implements AutoCloseable {
    /** As many as requests may be in flight. */
    private static final int THREADS = RequestGovernor.LIMIT_MAX;

    /** They wait for those. */
    private static final int LISTERS = 16;

    private static final Duration CONNECT_MAX = Duration.ofSeconds(10);

    private final S3Settings settings;
    private final Duration silenceMax;
    private final ExecutorService threads = WorkerThreads.start("s3", THREADS);
    private final ExecutorService listers = WorkerThreads.start("s3-list", LISTERS);
    private @Nullable S3Client client;
    private boolean closed;

    /** @param silenceMax the longest wait for a byte */
    S3Access(S3Settings settings, Duration silenceMax) {
        this.settings = settings;
        this.silenceMax = silenceMax;
    }

    synchronized S3Client client() {
        S3Client known = client;
        if (known == null) {
            known = newClient();
            client = known;
        }
        return known;
    }

    /** Does {@code work} on a thread of the storage; failures of the SDK become those of Forebay. */
    <T extends @Nullable Object> CompletableFuture<T> submit(String uri, Callable<T> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        requireOpen();
        threads.execute(() -> {
            if (done.isDone()) {
                return;
            }
            try {
                done.complete(work.call());
            } catch (SdkException e) {
                done.completeExceptionally(S3Failures.translate(e, uri));
            } catch (Exception e) {
                done.completeExceptionally(e);
            }
        });
        return done;
    }

    /**
     * Frees the thread that reads {@code body}. On another thread than the caller's, which may be the one that watches over all
     * reads: to close a stream that fell silent can take the JDK five seconds.
     */
    void abort(ResponseInputStream<?> body) {
        try {
            threads.execute(() -> {
                try {
                    body.abort();
                } catch (RuntimeException e) { // it was broken already
                }
            });
        } catch (RejectedExecutionException e) { // closed: the reader's own timeout ends it
        }
    }

    /** Threads for parts of a listing. */
    Executor listers() {
        return listers;
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw ForebayException.cancelled("a closed storage reads no more");
        }
    }

    private S3Client newClient() {
        URI endpoint = settings.endpoint();
        S3ClientBuilder builder = S3Client.builder()
                .httpClient(UrlConnectionHttpClient.builder()
                        .connectionTimeout(CONNECT_MAX)
                        .socketTimeout(silenceMax)
                        .build())
                .forcePathStyle(settings.pathStyle())
                .crossRegionAccessEnabled(endpoint == null)
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .overrideConfiguration(
                        override -> override.retryStrategy(DefaultRetryStrategy.doNotRetry()) // ours are better
                                .defaultProfileName(settings.profile()));
        if (endpoint != null) {
            builder.endpointOverride(endpoint);
        }
        if (settings.region() != null) {
            builder.region(Region.of(settings.region()));
        }
        if (settings.anonymous()) {
            builder.credentialsProvider(AnonymousCredentialsProvider.create());
        } else if (settings.profile() != null) { // it goes before the environment
            builder.credentialsProvider(ProfileCredentialsProvider.create(settings.profile()));
        }
        try {
            return builder.build();
        } catch (IllegalArgumentException | NullPointerException e) { // what the SDK thinks of the environment
            throw new ForebayException(Kind.USAGE, "a store's settings must be valid: " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        threads.shutdownNow();
        listers.shutdownNow();
        if (client != null) {
            client.close();
        }
    }
}
