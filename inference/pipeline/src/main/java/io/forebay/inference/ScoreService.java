// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.inference.internal.ServeExecution;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.VectorSchemaRoot;

/**
 * Scores requests of a few rows each, from many threads, several in one run of the model. Thread-safe. Its owner closes it before the
 * model, and after the results have been closed.
 */
public final class ScoreService implements AutoCloseable {
    private final Model.Lease lease;
    private final ServeExecution execution;

    ScoreService(Model.Lease lease, ServeExecution execution) {
        this.lease = lease;
        this.execution = execution;
    }

    /**
     * Queues rows for the next run. They are taken over, unless this throws.
     *
     * @return the model's outputs for these rows, the caller's to close; or the failure of this request, whatever becomes of those
     *     that run with it. Cancelling it before the run saves the run
     * @throws io.forebay.ForebayException of kind {@code usage} for other columns than the service was made for, {@code limit} when
     *     too many requests wait, {@code cancelled} after closing
     */
    public CompletableFuture<VectorSchemaRoot> submit(VectorSchemaRoot rows) {
        return execution.submit(rows, null);
    }

    /** As {@link #submit(VectorSchemaRoot)}; fails as {@code cancelled} when the run has not begun by the deadline. */
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
