// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Rows that somebody waits for. Answers are given by other threads, which may do with them what they like. */
final class ServeRequest {
    private final VectorSchemaRoot rows;
    private final int rowCount;
    private final long bytes;
    private final long submittedNanos = System.nanoTime();
    private final @Nullable Duration deadline;
    private final long deadlineNanos;
    private final Executor answers;
    private final CompletableFuture<VectorSchemaRoot> result = new CompletableFuture<>();

    /** @param answers runs what completes futures, and their callbacks */
    ServeRequest(VectorSchemaRoot rows, @Nullable Duration deadline, Executor answers) {
        this.rows = rows;
        this.rowCount = rows.getRowCount();
        this.deadline = deadline;
        this.deadlineNanos = deadline == null ? Long.MAX_VALUE : Nanos.of(deadline);
        this.answers = answers;
        this.bytes = rows.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
    }

    VectorSchemaRoot rows() {
        return rows;
    }

    int rowCount() {
        return rowCount;
    }

    long bytes() {
        return bytes;
    }

    long waitedNanos() {
        return System.nanoTime() - submittedNanos;
    }

    /** How long it may wait for others, in nanoseconds: not beyond half of its deadline, so that there is time to run. */
    long patienceNanos(long maxWaitNanos) {
        return Math.min(maxWaitNanos, deadlineNanos / 2);
    }

    CompletableFuture<VectorSchemaRoot> result() {
        return result;
    }

    /** Whether somebody still waits, and it is not too late. */
    boolean isWanted() {
        return !result.isDone() && waitedNanos() <= deadlineNanos;
    }

    /** Releases a request that is not to be run any more. */
    void drop() {
        fail(ForebayException.cancelled(
                deadline == null
                        ? "a request was not run"
                        : "a request must be run by its deadline: deadline=" + deadline));
    }

    /** Hands the result over, or releases it where nobody waits any more. */
    void complete(VectorSchemaRoot scored) {
        rows.close();
        answers.execute(() -> {
            if (!result.complete(scored)) {
                scored.close();
            }
        });
    }

    void fail(ForebayException cause) {
        rows.close();
        answers.execute(() -> result.completeExceptionally(cause));
    }
}
