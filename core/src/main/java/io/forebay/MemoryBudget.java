// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;

/**
 * A snapshot of a context's off-heap memory, in bytes. The budget covers everything that Forebay allocates: batches, page
 * scratch, tensors. Memory that an inference engine takes for itself (ONNX Runtime's arena, for one) lies outside it.
 *
 * @param limitBytes what the context may hold at most, live and idle buffers together
 * @param usedBytes what is live now
 * @param peakBytes the most that was live at one time
 * @param idleBytes what is kept for reuse
 * @param owners the same by owner
 */
public record MemoryBudget(long limitBytes, long usedBytes, long peakBytes, long idleBytes, List<Owner> owners) {
    /** One holder of memory within the budget: a stream, a model or a sink. */
    public record Owner(String name, long usedBytes, long peakBytes) {}
}
