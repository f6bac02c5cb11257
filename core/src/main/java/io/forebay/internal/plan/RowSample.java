// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ForebayException;
import java.util.Arrays;

/**
 * A uniform sample of a data set's rows without replacement (Floyd's algorithm), the same for every shard of it.
 * Immutable.
 */
public final class RowSample {
    /** The largest sample; its row numbers are held in memory. */
    static final int ROWS_MAX = 1 << 22;

    /** What the generator's stream is for. */
    private static final long PURPOSE = 3;

    private final long[] rows;

    private RowSample(long[] rows) {
        this.rows = rows;
    }

    static RowSample draw(long sampleRows, long seed, long totalRows) {
        if (sampleRows > ROWS_MAX) {
            throw ForebayException.usage("a sample has at most " + ROWS_MAX + " rows: rows=" + sampleRows);
        }
        int count = (int) Math.min(sampleRows, totalRows);
        Lw1 random = new Lw1(PURPOSE, seed);
        RowSet drawn = new RowSet(count);
        long[] rows = new long[count];
        for (int i = 0; i < count; i++) {
            long newest = totalRows - count + i;
            long candidate = random.bounded(newest + 1);
            rows[i] = drawn.add(candidate) ? candidate : newest;
            if (rows[i] == newest) {
                drawn.add(newest);
            }
        }
        Arrays.sort(rows);
        return new RowSample(rows);
    }

    /** How many sampled rows lie in {@code [from, to)}. */
    int countWithin(long from, long to) {
        return firstAtLeast(to) - firstAtLeast(from);
    }

    /** The sampled rows of {@code [from, from + count)}, relative to {@code from}. */
    public int[] within(long from, int count) {
        int first = firstAtLeast(from);
        int[] relative = new int[firstAtLeast(from + count) - first];
        for (int i = 0; i < relative.length; i++) {
            relative[i] = (int) (rows[first + i] - from);
        }
        return relative;
    }

    private int firstAtLeast(long row) {
        int found = Arrays.binarySearch(rows, row);
        return found >= 0 ? found : -found - 1;
    }

    /** A set of row numbers with open addressing, at most half full. */
    private static final class RowSet {
        private final long[] slots;

        RowSet(int count) {
            slots = new long[Math.max(4, Integer.highestOneBit(count) << 2)];
            Arrays.fill(slots, -1);
        }

        boolean add(long row) {
            int mask = slots.length - 1;
            int slot = (int) Lw1.key(row) & mask;
            while (slots[slot] != -1) {
                if (slots[slot] == row) {
                    return false;
                }
                slot = (slot + 1) & mask;
            }
            slots[slot] = row;
            return true;
        }
    }
}
