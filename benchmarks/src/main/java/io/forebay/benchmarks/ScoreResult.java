// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/**
 * What came out of a network.
 *
 * @param sum of the absolute values of all outputs
 */
public record ScoreResult(long rowCount, double sum) {
    /** Engines add up in different orders. */
    private static final double TOLERANCE = 1e-3;

    /** Throws an {@link IllegalStateException} that names both contenders and what each found. */
    void requireAgrees(String contender, ScoreResult reference, String referenceName) {
        boolean agrees = rowCount == reference.rowCount && Math.abs(sum - reference.sum) <= TOLERANCE * reference.sum;
        if (!agrees) {
            throw new IllegalStateException("contenders must find equal outputs: " + contender + " found " + this + ", "
                    + referenceName + " found " + reference);
        }
    }
}
