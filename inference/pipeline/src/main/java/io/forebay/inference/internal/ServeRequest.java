// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.jspecify.annotations.Nullable;

/** Rows that somebody waits for. */
final class ServeRequest {
    private final VectorSchemaRoot rows;
    private final long bytes;
    private final long submittedNanos = System.nanoTime();
    private final @Nullable Duration deadline;
    private final CompletableFuture<VectorSchemaRoot> result = new CompletableFuture<>();

    ServeRequest(VectorSchemaRoot rows, @Nullable Duration deadline) {
        this.rows = rows;
        this.deadline = deadline;
        this.bytes = rows.getFieldVectors().stream()
                .mapToLong(FieldVector::getBufferSize)
                .sum();
    }

    VectorSchemaRoot rows() {
        return rows;
    }

    int rowCount() {
        return rows.getRowCount();
    }

    long bytes() {
        return bytes;
    }

    long submittedNanos() {
        return submittedNanos;
    }

    CompletableFuture<VectorSchemaRoot> result() {
        return result;
    }

    /** False where nobody waits any more, or it is too late; then the request is done with. */
    boolean isWanted() {
        boolean late = deadline != null && System.nanoTime() - submittedNanos > deadline.toNanos();
        if (late) {
            fail(ForebayException.cancelled("a request must be run by its deadline: deadline=" + deadline));
        } else if (result.isDone()) {
            rows.close();
        }
        return !result.isDone();
    }

    /** Hands the result over, or releases it where nobody waits any more. */
    void complete(VectorSchemaRoot scored) {
        rows.close();
        if (!result.complete(scored)) {
            scored.close();
        }
    }

    void fail(RuntimeException cause) {
        rows.close();
        result.completeExceptionally(cause);
    }
}
