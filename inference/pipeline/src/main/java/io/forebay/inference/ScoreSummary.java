// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

/**
 * What a scoring run did, and what limited it.
 *
 * @param rows rows written by this run
 * @param seconds its wall time
 * @param deviceBusy the share of that time in which a model run was in flight
 * @param starved the share in which none was and the loader had no batch ready
 * @param blocked the share in which none was and the sink took no batch
 * @param verdict what bound the run
 * @param bytesCopiedPerRow bytes copied for each row on the way into tensors
 * @param parts parts of the output, those of earlier runs included
 * @param device where the model ran
 */
public record ScoreSummary(
        long rows,
        double seconds,
        double deviceBusy,
        double starved,
        double blocked,
        Verdict verdict,
        double bytesCopiedPerRow,
        int parts,
        DeviceReport device) {
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

    public double rowsPerSecond() {
        return seconds == 0 ? 0 : rows / seconds;
    }
}
