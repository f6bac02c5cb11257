// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import java.util.Map;

/**
 * What a run has done so far, and where its time went. Shares are of {@code seconds}; the stages' times are summed over the runs in
 * flight, and so may be more together. An immutable value.
 *
 * @param seconds since the run began
 * @param busy the share in which a model run was in flight
 * @param starved the share in which none was and the loader had no batch ready
 * @param blocked the share in which none was and the sink took no batch
 * @param rows that went through the model
 * @param batches that these came in
 * @param batchFill rows of a batch, as a share of those of the largest one
 * @param stages where the time went
 * @param batchWait how long a batch waited for a run to begin
 * @param queued batches between the loader and the sink now
 * @param bytesCopied on the way into tensors, by the reason
 * @param heapBytes allocated on the heap by the threads that run the model
 */
public record RunMetrics(
        double seconds,
        double busy,
        double starved,
        double blocked,
        long rows,
        long batches,
        double batchFill,
        Stages stages,
        Wait batchWait,
        int queued,
        Map<CopyReason, Long> bytesCopied,
        long heapBytes) {
    public RunMetrics {
        bytesCopied = Map.copyOf(bytesCopied);
    }

    /**
     * Seconds of each stage.
     *
     * @param prepare making features and tensors
     * @param run inside the engine
     * @param output making columns of what came out
     * @param write inside the sink
     */
    public record Stages(double prepare, double run, double output, double write) {}

    /** Seconds that half of the batches, and all but one in a hundred, waited at most; to within an eighth. */
    public record Wait(double p50, double p99) {}

    /** Bytes copied for each row, whatever the reason. */
    public double bytesCopiedPerRow() {
        long bytes = bytesCopied.values().stream().mapToLong(Long::longValue).sum();
        return rows == 0 ? 0 : (double) bytes / rows;
    }

    /** Bytes of heap for each batch. */
    public double heapBytesPerBatch() {
        return batches == 0 ? 0 : (double) heapBytes / batches;
    }
}
