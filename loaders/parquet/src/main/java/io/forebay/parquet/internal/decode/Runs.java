// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

/** Runs of ordinals that follow each other. */
public final class Runs {
    private Runs() {}

    /** How many of the ascending {@code ordinals} from {@code from} on follow each other. */
    static int length(int[] ordinals, int from) {
        int end = from + 1;
        while (end < ordinals.length && ordinals[end] == ordinals[end - 1] + 1) {
            end++;
        }
        return end - from;
    }

    /** How many such runs there are. */
    public static int count(int[] ordinals) {
        int runs = 0;
        for (int at = 0; at < ordinals.length; at += length(ordinals, at)) {
            runs++;
        }
        return runs;
    }
}
