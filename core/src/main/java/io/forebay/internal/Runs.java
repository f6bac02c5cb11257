// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

/** Runs of ordinals that follow each other, in ascending ones. */
public final class Runs {
    private Runs() {}

    /** How many of {@code ordinals[from..to)} from the first on follow each other; there is at least one. */
    public static int length(int[] ordinals, int from, int to) {
        int end = from + 1;
        while (end < to && ordinals[end] == ordinals[end - 1] + 1) {
            end++;
        }
        return end - from;
    }

    /** Whether there are no more than {@code most} runs; looks no further than it has to. */
    public static boolean areAtMost(int most, int[] ordinals) {
        int runs = 0;
        for (int at = 0; at < ordinals.length && runs <= most; at += length(ordinals, at, ordinals.length)) {
            runs++;
        }
        return runs <= most;
    }
}
