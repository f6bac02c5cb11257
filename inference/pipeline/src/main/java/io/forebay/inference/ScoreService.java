// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.inference.internal.ServeExecution;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Scores requests of a few rows each, from many threads, several in one run of the model. Thread-safe. Its owner closes it before the
 * model, but not from a callback of a result; results may outlive it, and are closed before the model is.
 */
public final class ScoreService implements AutoCloseable {
    private final Model.Lease lease;
    private final ServeExecution execution;

    ScoreService(Model.Lease lease, ServeExecution execution) {
        this.lease = lease;
        this.execution = execution;
    }

    /**
     * Queues rows for the next run. They are taken over, unless this throws, and are not to be touched any more. Callbacks of the
     * result run on threads of the service's own, and may take their time.
     *
     * @return the model's outputs for these rows, the caller's to close; or the failure of this request, whatever becomes of those
     *     that run with it. Cancelling it before the run saves the run
     * @throws io.forebay.ForebayException of kind {@code usage} for other columns than the service was made for, or of
     *     other lengths, {@code limit} when
     *     too many requests wait, {@code cancelled} after closing
     */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot rows) {
        return execution.submit(rows, null);
    }

    /**
     * As {@link #submit(VectorSchemaRoot)}; fails as {@code cancelled}, when its turn comes, if that is after the deadline. Half of it
     * is the longest that the request waits for others.
     */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot rows, Duration deadline) {
        return execution.submit(rows, deadline);
    }

    /** What was done so far; {@code queued} counts the requests that wait for a run, and the device idles without being starved. */
    public RunMetrics metrics() {
        return execution.metrics();
    }

    /** Runs what waits, and ends. */
    @Override
    public void close() {
        try {
            execution.close();
        } finally {
            lease.close();
        }
    }
}
