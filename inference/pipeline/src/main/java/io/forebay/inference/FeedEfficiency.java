// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * How close a pipeline comes to what its parts could do together, all measured in one run.
 *
 * @param loaderRowsPerSecond the loader alone
 * @param modelRowsPerSecond the model alone: resident batches through binding and run
 * @param pipelineRowsPerSecond both together, the output thrown away
 * @param sharedCores whether loader and model use the same cores, or the device has silicon of its own
 */
public record FeedEfficiency(
        double loaderRowsPerSecond, double modelRowsPerSecond, double pipelineRowsPerSecond, boolean sharedCores) {
    /** The rate that no pipeline of these parts can beat: 1 ÷ (1/L + 1/M) on shared cores, else min(L, M). */
    public double idealRowsPerSecond() {
        return sharedCores
                ? 1 / (1 / loaderRowsPerSecond + 1 / modelRowsPerSecond)
                : Math.min(loaderRowsPerSecond, modelRowsPerSecond);
    }

    /** The pipeline's rate as a share of the ideal one. */
    public double ratio() {
        return pipelineRowsPerSecond / idealRowsPerSecond();
    }
}
