// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ShufflePlan;
import java.util.Comparator;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * How a shuffled read uses its memory budget, estimated before anything is read: whether units are decoded as a whole, and how many
 * windows of each lane are read at once. The order does not depend on it.
 *
 * @param lanes how many lanes the reader reads
 * @param windows windows of each lane that make a block
 * @param blocksInTurn blocks that a worker takes a column through before it turns to another
 * @param units how units are read
 * @param leastBytes what it takes whatever files say: the rows of a window of each lane
 * @param peakBytes what it is expected to use
 * @param limitBytes the budget
 */
record ShuffleMemory(
        int lanes, int windows, int blocksInTurn, Units units, long leastBytes, long peakBytes, long limitBytes) {
    /** How units are read, from what takes the most memory to what takes the least. */
    enum Units {
        /** Decoded at once, and in memory as a whole until all lanes are through with them. */
        WHOLE,

        /** Front to back by each lane for itself, which keeps its pages open. */
        BY_LANE,

        /** Opened for each run of rows, with no page kept. */
        REOPENED
    }

    private static final String ADVICE = "take fewer lanes, smaller windows, fewer columns or a larger budget";

    /** Rows that a call decodes without its own cost to matter. */
    private static final int ROWS_BEST = 8192;

    /** Rows that are copied at once from a unit in memory, and bytes of one column of a block that the second cache holds. */
    private static final int COPIED_ROWS_BEST = 4096;

    private static final int COLUMN_BYTES_BEST = 1 << 20;

    /** What part of the budget a block may take, and what units that stay as a whole. */
    private static final int BLOCK_SHARE = 8;

    private static final int UNITS_SHARE = 3;

    /** How much of the budget units that stay as a whole may take where the open pages of all lanes would take more. */
    private static final double UNITS_MOST = 0.75;

    /** Vectors hold no more of one column than twice this. */
    private static final double UNIT_BYTES_MAX = 1 << 30;

    /** Blocks in memory at one time at least: that of the batches which are delivered, and the next one. */
    private static final int BLOCKS = 2;

    static ShuffleMemory of(ShufflePlan plan, long limitBytes) {
        int lanes = plan.laneCount();
        double rowBytes = RowBytes.estimate(plan.columns());
        double windowRows = (double) lanes * plan.order().windowRows();
        if (windowRows > Integer.MAX_VALUE) {
            throw ForebayException.usage("the windows of all lanes must have less than 2^31 rows: lanes=" + lanes
                    + ", window=" + plan.order().windowRows());
        }
        long blockRows = Math.min((long) windowRows, plan.order().rows());
        double windowBytes = rowBytes * blockRows;
        long placesOfWindows = (long) plan.order().lanes() * plan.order().windowRows();
        List<ManifestUnit> open = openUnits(plan, lanes);
        double unitsBytes =
                rowBytes * open.stream().mapToDouble(ManifestUnit::rows).sum();
        List<Field> fields = plan.columns().fields();
        double readersBytes = open.stream()
                        .mapToDouble(unit -> unit.unit().openBytes(fields))
                        .average()
                        .orElse(0)
                * lanes;
        boolean fits = unitsBytes <= limitBytes / (double) UNITS_SHARE;
        boolean takesLess = unitsBytes <= readersBytes && unitsBytes + BLOCKS * windowBytes <= UNITS_MOST * limitBytes;
        boolean resident =
                (fits || takesLess) && open.stream().allMatch(unit -> unit.rows() * rowBytes <= UNIT_BYTES_MAX);
        double held = resident ? unitsBytes : readersBytes;
        double best = (resident ? COPIED_ROWS_BEST : ROWS_BEST)
                / (double) plan.order().windowRows();
        double fitting = limitBytes / (double) BLOCK_SHARE / Math.max(1, windowBytes);
        double windowsInTurn = Math.min(Math.min(best, fitting), Integer.MAX_VALUE / windowRows);
        double cached = resident ? COLUMN_BYTES_BEST * Math.max(1, fields.size()) / windowBytes : windowsInTurn;
        int windows = (int) Math.max(1, Math.min(windowsInTurn, cached));
        int blocksInTurn = (int) Math.max(1, windowsInTurn / windows);
        return new ShuffleMemory(
                lanes,
                windows,
                blocksInTurn,
                resident ? Units.WHOLE : Units.BY_LANE,
                RowBytes.leastBits(plan.columns())
                        * plan.own()
                                .within(
                                        0,
                                        Math.min(placesOfWindows, plan.order().rows()))
                        / Byte.SIZE,
                (long) ((1.0 + blocksInTurn) * windows * windowBytes + held),
                limitBytes);
    }

    /** The largest units that may be open at one time: one for each lane, if there are as many. */
    private static List<ManifestUnit> openUnits(ShufflePlan plan, int lanes) {
        return plan.columns().manifest().units().stream()
                .sorted(Comparator.comparingLong(ManifestUnit::rows).reversed())
                .limit(lanes + 1L)
                .toList();
    }

    /** The next way that takes less memory, for when the estimates were too low; null behind the last. */
    @Nullable
    ShuffleMemory frugal() {
        if (units == Units.REOPENED) {
            return null;
        }
        Units other = units == Units.WHOLE || windows > 1 ? Units.BY_LANE : Units.REOPENED;
        return new ShuffleMemory(lanes, 1, 1, other, leastBytes, leastBytes, limitBytes);
    }

    /** Why the read does not fit its budget, or empty. */
    String refusal() {
        return leastBytes <= limitBytes
                ? ""
                : "a shuffled read must fit the memory budget, with a window of every lane; " + ADVICE
                        + ": bytesNeeded=" + leastBytes + ", budget=" + limitBytes + ", lanes=" + lanes;
    }

    /** That the read may turn out not to fit, or nothing. */
    List<String> warnings() {
        return peakBytes <= limitBytes
                ? List.of()
                : List.of("the shuffled read may not fit the memory budget, and then reads pages over and over; "
                        + ADVICE + ": bytesExpected=" + peakBytes + ", budget=" + limitBytes + ", lanes=" + lanes);
    }

    void requireFits() {
        if (leastBytes > limitBytes) {
            throw ForebayException.limit(refusal());
        }
    }
}
