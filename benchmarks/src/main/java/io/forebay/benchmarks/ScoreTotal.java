// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/** Counts rows and sums up what came out for them. Not thread-safe. */
final class ScoreTotal {
    private long rowCount;
    private double sum;

    void addRows(float[][] outputs) {
        for (float[] row : outputs) {
            addRow(row);
        }
    }

    void addRow(float[] outputs) {
        rowCount++;
        for (float output : outputs) {
            add(output);
        }
    }

    void countRows(int rows) {
        rowCount += rows;
    }

    void add(float output) {
        sum += Math.abs(output);
    }

    ScoreResult result() {
        return new ScoreResult(rowCount, sum);
    }
}
