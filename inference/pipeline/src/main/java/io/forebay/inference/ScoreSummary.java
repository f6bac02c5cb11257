// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * What a scoring run did, and what limited it.
 *
 * @param rows rows written by this run
 * @param metrics where its time went
 * @param verdict what bound the run
 * @param parts parts of the output, those of earlier runs included
 * @param device where the model ran
 */
public record ScoreSummary(long rows, RunMetrics metrics, Verdict verdict, int parts, DeviceReport device) {
    private static final double BUSY_ENOUGH = 0.8;

    /** What bound a run. */
    public enum Verdict {
        MODEL_BOUND("model-bound"),
        LOADER_BOUND("loader-bound"),
        SINK_BOUND("sink-bound");

        private final String label;

        Verdict(String label) {
            this.label = label;
        }

        public String label() {
            return label;
        }

        /** The verdict on shares of the wall time: a device that is nearly always busy is the limit itself. */
        public static Verdict of(double busy, double starved, double blocked) {
            if (busy >= BUSY_ENOUGH || busy >= starved + blocked) {
                return MODEL_BOUND;
            }
            return starved >= blocked ? LOADER_BOUND : SINK_BOUND;
        }
    }

    /** The wall time of the run. */
    public double seconds() {
        return metrics.seconds();
    }

    public double rowsPerSecond() {
        return seconds() == 0 ? 0 : rows / seconds();
    }
}
