// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Shuffle;
import java.util.Arrays;

/**
 * The shuffled order of one epoch, in closed form: the units, permuted, one behind the other are the <i>sequence</i>; lane c is a run
 * of it; windows of a lane are permuted; place g of the order is place ⌊g/C⌋ of lane g mod C. Takes memory for the units, not for
 * the rows. Immutable, thread-safe.
 */
public final class EpochOrder {
    /** What a permutation is for. */
    private static final long UNITS = 1;

    private static final long WINDOW = 2;

    private final Shuffle shuffle;

    /** The units in the order in which they are read, and where each starts in the sequence. */
    private final int[] permuted;

    private final long[] starts;

    /** The number of each unit's first row. */
    private final long[] firstRows;

    private final long rows;

    public EpochOrder(long[] unitRows, Shuffle shuffle) {
        this.shuffle = shuffle;
        this.permuted = new int[unitRows.length];
        new Lw1(UNITS, shuffle.seed(), shuffle.epoch()).permute(permuted, permuted.length);
        this.firstRows = new long[unitRows.length];
        long row = 0;
        for (int unit = 0; unit < unitRows.length; unit++) {
            firstRows[unit] = row;
            row += unitRows[unit];
        }
        this.rows = row;
        this.starts = new long[unitRows.length + 1];
        for (int i = 0; i < permuted.length; i++) {
            starts[i + 1] = starts[i] + unitRows[permuted[i]];
        }
    }

    public Shuffle shuffle() {
        return shuffle;
    }

    public long rows() {
        return rows;
    }

    public int lanes() {
        return shuffle.lanes();
    }

    public int windowRows() {
        return shuffle.window();
    }

    /** Rows of a lane: all have as many, the first ones one more where they do not come out even. */
    public long laneRows(int lane) {
        return rows / lanes() + (lane < rows % lanes() ? 1 : 0);
    }

    /** Where a lane starts in the sequence. */
    public long laneStart(int lane) {
        return rows / lanes() * lane + Math.min(lane, rows % lanes());
    }

    /** Rows of window {@code window} of a lane: fewer in the last one, none behind it. */
    public int windowRows(int lane, long window) {
        return (int) Math.max(0, Math.min(windowRows(), laneRows(lane) - window * windowRows()));
    }

    /** Puts the permutation of a window into {@code target}: the rows in the order in which they are taken. */
    public void permutation(int lane, long window, int[] target) {
        new Lw1(WINDOW, shuffle.seed(), shuffle.epoch(), lane, window).permute(target, windowRows(lane, window));
    }

    /** Where place {@code position} of the sequence lies among the permuted units. */
    public int runAt(long position) {
        int found = Arrays.binarySearch(starts, position);
        if (found < 0) {
            return -found - 2;
        }
        while (starts[found + 1] == position) { // units without rows start where the next one does
            found++;
        }
        return found;
    }

    /** The unit that is read {@code run}-th. */
    public int unitOf(int run) {
        return permuted[run];
    }

    /** Where the unit that is read {@code run}-th starts in the sequence. */
    public long runStart(int run) {
        return starts[run];
    }

    /** The number of the row at a place of the sequence. */
    public long rowAt(long position) {
        int run = runAt(position);
        return firstRows[permuted[run]] + position - starts[run];
    }

    /** The unit that holds a row. */
    public int unitOfRow(long row) {
        int found = Arrays.binarySearch(firstRows, row);
        if (found < 0) {
            return -found - 2;
        }
        while (found + 1 < firstRows.length && firstRows[found + 1] == row) {
            found++;
        }
        return found;
    }

    /** Rows of a unit. */
    public long rowsOf(int unit) {
        return (unit + 1 < firstRows.length ? firstRows[unit + 1] : rows) - firstRows[unit];
    }

    /** The number of a unit's first row. */
    public long firstRowOf(int unit) {
        return firstRows[unit];
    }

    /** Finds the rows of places that follow each other; remembers the window of each lane. Not thread-safe. */
    public RowFinder finder() {
        return new RowFinder(this);
    }

    /** See {@link #finder}. */
    public static final class RowFinder {
        private final EpochOrder order;
        private final int[][] permutations;
        private final long[] windows;

        private RowFinder(EpochOrder order) {
            this.order = order;
            this.permutations = new int[order.lanes()][];
            this.windows = new long[order.lanes()];
        }

        /** The number of the row at place {@code g}, from 0 to the rows of the order. */
        public long row(long g) {
            int lane = (int) (g % order.lanes());
            long inLane = g / order.lanes();
            long window = inLane / order.windowRows();
            if (permutations[lane] == null || windows[lane] != window) {
                if (permutations[lane] == null) {
                    permutations[lane] = new int[order.windowRows(lane, 0)]; // no other has more
                }
                order.permutation(lane, window, permutations[lane]);
                windows[lane] = window;
            }
            int offset = permutations[lane][(int) (inLane % order.windowRows())];
            return order.rowAt(order.laneStart(lane) + window * order.windowRows() + offset);
        }
    }
}
