// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import java.util.Map;
import java.util.TreeMap;

/** A set of rows, kept as runs: bad rows tend to be neighbours. Not thread-safe. */
final class RowSet {
    /** The end of each run by its first row. */
    private final TreeMap<Long, Long> runs = new TreeMap<>();

    /** Adds a row; false if it was there. */
    boolean add(long row) {
        Map.Entry<Long, Long> before = runs.floorEntry(row);
        if (before != null && row < before.getValue()) {
            return false;
        }
        long first = before != null && before.getValue() == row ? before.getKey() : row;
        Long behind = runs.remove(row + 1);
        runs.put(first, behind == null ? row + 1 : behind);
        return true;
    }
}
