// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.spi.Unit;
import io.forebay.spi.UnitFile;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
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
 * @param decoded how to go on where columns do not stay in their files that were expected to; null where that makes no difference
 */
record ShuffleMemory(
        int lanes,
        int windows,
        int blocksInTurn,
        Units units,
        long leastBytes,
        long peakBytes,
        long limitBytes,
        @Nullable ShuffleMemory decoded) {
    /** How units are read, from what takes the most memory to what takes the least. */
    enum Units {
        /**
         * Decoded at once, and in memory as a whole until all lanes are through with them: runs are copied. But columns that can be read
         * as they lie in the file stay there.
         */
        WHOLE(4096, 8),

        /** Front to back by each lane for itself, which keeps its pages open: runs are decoded. */
        BY_LANE(8192, 8),

        /** Opened for each column of each block, with no page kept: the longer the runs, the less is read again. */
        REOPENED(Integer.MAX_VALUE, 2);

        /** Rows of a lane that are read at once at best. */
        private final int rowsBest;

        /** What part of the budget a block may take. */
        private final int blockShare;

        Units(int rowsBest, int blockShare) {
            this.rowsBest = rowsBest;
            this.blockShare = blockShare;
        }
    }

    private static final String ADVICE = "take fewer lanes, smaller windows, fewer columns or a larger budget";

    /** Bytes of one column of a block that the processor's second cache holds. */
    private static final int COLUMN_BYTES_BEST = 1 << 20;

    /** Each of a batch's columns has so many as a rule, none of which is smaller than the smallest. */
    private static final int BUFFERS_OF_COLUMN = 2;

    /** What part of the budget units as a whole, or the open pages of all lanes, may take whatever else does. */
    private static final int HELD_SHARE = 3;

    /** How much of the budget they may be expected to take together with blocks. */
    private static final double HELD_MOST = 0.75;

    /** Vectors hold no more of one column than twice this. */
    private static final double UNIT_BYTES_MAX = 1 << 30;

    /** Blocks in memory at one time at least: that of the batches which are delivered, and some of the next one. */
    private static final double BLOCKS = 1.25;

    static ShuffleMemory of(ShufflePlan plan, long limitBytes) {
        List<Field> fields = plan.columns().fields();
        ShuffleMemory decoded = of(plan, limitBytes, fields, null);
        List<Field> held = mayStayInFiles(plan)
                ? fields.stream().filter(field -> !mayStayInFiles(plan, field)).toList()
                : fields;
        return held.size() == fields.size()
                ? decoded
                : of(plan, limitBytes, held, decoded.units == Units.WHOLE ? null : decoded);
    }

    /** What the open pages of all lanes take. */
    private static double pagesBytes(ShufflePlan plan, List<ManifestUnit> open, int lanes) {
        List<Field> fields = plan.columns().fields();
        if (plan.columns().masks() || isRemote(plan)) {
            return lanes * average(open, unit -> unit.openBytes(fields));
        }
        int units = Math.max(1, Math.min(open.size(), lanes));
        int readers = (lanes + units - 1) / units; // of one unit
        return units * average(open, unit -> unit.openBytes(fields, readers));
    }

    private static double average(List<ManifestUnit> units, ToLongFunction<Unit> bytes) {
        return units.stream()
                .mapToLong(unit -> bytes.applyAsLong(unit.unit()))
                .average()
                .orElse(0);
    }

    private static boolean isRemote(ShufflePlan plan) {
        return plan.columns().manifest().units().stream()
                .anyMatch(unit -> unit.file().isRemote());
    }

    /** Not where rows are picked or bad ones masked, nor from a remote storage or a unit that is read at once. */
    private static boolean mayStayInFiles(ShufflePlan plan) {
        List<Field> fields = plan.columns().fields();
        return !plan.columns().masks()
                && !plan.selects()
                && plan.columns().manifest().units().stream()
                        .allMatch(unit ->
                                !unit.file().isRemote() && unit.unit().sizeBytes(fields) > UnitFile.SMALL_BYTES);
    }

    private static boolean mayStayInFiles(ShufflePlan plan, Field field) {
        return plan.columns().manifest().units().stream()
                .allMatch(unit -> unit.unit().mayStayInFile(field));
    }

    /** @param held the columns that are in memory where units are decoded as a whole */
    private static ShuffleMemory of(
            ShufflePlan plan, long limitBytes, List<Field> held, @Nullable ShuffleMemory decoded) {
        int lanes = plan.laneCount();
        double rowBytes = RowBytes.estimate(plan.columns())
                + (double) BUFFERS_OF_COLUMN
                        * Memory.BUFFER_BYTES_LEAST
                        * plan.columns().fields().size()
                        / plan.batchRows();
        double windowRows = (double) lanes * plan.order().windowRows();
        if (windowRows > Integer.MAX_VALUE) {
            throw ForebayException.usage("the windows of all lanes must have less than 2^31 rows: lanes=" + lanes
                    + ", window=" + plan.order().windowRows());
        }
        double windowBytes = rowBytes * Math.min((long) windowRows, plan.order().rows());
        List<ManifestUnit> open = openUnits(plan, lanes);
        List<Field> fields = plan.columns().fields();
        double heldRowBytes = RowBytes.estimate(plan.columns(), held);
        double unitsBytes =
                heldRowBytes * open.stream().mapToDouble(ManifestUnit::rows).sum();
        double pagesBytes = pagesBytes(plan, open, lanes);
        // How units are read.
        double share = limitBytes / (double) HELD_SHARE;
        double most = HELD_MOST * limitBytes - BLOCKS * windowBytes;
        boolean unitsFit = unitsBytes <= Math.max(share, most);
        boolean areWhole =
                unitsFit && open.stream().allMatch(unit -> unit.rows() * Math.max(1, heldRowBytes) <= UNIT_BYTES_MAX);
        boolean pagesStay = pagesBytes <= Math.max(share, most) || !mayReopen(plan);
        Units units = areWhole ? Units.WHOLE : pagesStay ? Units.BY_LANE : Units.REOPENED;
        double heldBytes =
                switch (units) {
                    case WHOLE -> unitsBytes;
                    case BY_LANE -> pagesBytes;
                    case REOPENED -> pagesBytes / lanes;
                };
        // How many windows make a block, and how many blocks a column goes through in turn.
        double laneRows = plan.order().laneRows(0);
        double laneWindows = Math.max(1, Math.ceil(laneRows / plan.order().windowRows()));
        double best =
                Math.ceil(Math.min(units.rowsBest, laneRows) / plan.order().windowRows());
        double room = limitBytes / (double) units.blockShare;
        if (units == Units.BY_LANE) {
            room = Math.max(room, (HELD_MOST * limitBytes - heldBytes) / BLOCKS);
        }
        double fitting = Math.min(room / Math.max(1, windowBytes), Integer.MAX_VALUE / windowRows);
        double windowsInTurn = Math.max(1, Math.floor(Math.min(best, fitting)));
        double cached = Math.floor(COLUMN_BYTES_BEST * (double) fields.size() / windowBytes);
        double ofOneSize = Math.ceil(laneWindows / Math.ceil(laneWindows / windowsInTurn));
        int windows = (int) Math.max(1, units == Units.WHOLE ? Math.min(windowsInTurn, cached) : ofOneSize);
        int blocksInTurn = (int) Math.max(1, windowsInTurn / windows);
        double turnBytes = blocksInTurn * windows * windowBytes;
        boolean next = heldBytes + turnBytes < limitBytes / 2.0; // is read ahead then
        return new ShuffleMemory(
                lanes,
                windows,
                blocksInTurn,
                units,
                leastBytes(plan),
                (long) (heldBytes + (next ? 2 : BLOCKS) * turnBytes),
                limitBytes,
                decoded);
    }

    /** Reopened units are not read behind bad rows, and from a remote storage again only where there is no other way. */
    private static boolean mayReopen(ShufflePlan plan) {
        return !plan.columns().masks() && !isRemote(plan);
    }

    private static long leastBytes(ShufflePlan plan) {
        long placesOfWindows = (long) plan.order().lanes() * plan.order().windowRows();
        long rows = plan.own().within(0, Math.min(placesOfWindows, plan.order().rows()));
        return RowBytes.leastBits(plan.columns()) * rows / Byte.SIZE;
    }

    /** The largest units that may be open at one time: one for each lane, if there are as many. */
    private static List<ManifestUnit> openUnits(ShufflePlan plan, int lanes) {
        return plan.columns().manifest().units().stream()
                .sorted(Comparator.comparingLong(ManifestUnit::rows).reversed())
                .limit(lanes + 1L)
                .toList();
    }

    /**
     * The next way that takes less memory, for when the estimates were too low; null behind the last.
     *
     * @param masks whether bad rows are masked: units that are opened again do not know which columns these are noted for
     */
    @Nullable
    ShuffleMemory frugal(boolean masks) {
        if (decoded != null) {
            return decoded;
        }
        if (windows == 1 && units == (masks ? Units.BY_LANE : Units.REOPENED)) {
            return null;
        }
        Units other = units == Units.WHOLE || (units == Units.BY_LANE && windows > 1) ? Units.BY_LANE : Units.REOPENED;
        return new ShuffleMemory(lanes, 1, 1, other, leastBytes, leastBytes, limitBytes, null);
    }

    /** Why the read does not fit its budget, or empty. */
    String refusal() {
        return leastBytes <= limitBytes
                ? ""
                : "a shuffled read must fit the memory budget, with a window of every lane; " + ADVICE
                        + ": bytesNeeded=" + leastBytes + ", budget=" + limitBytes + ", lanes=" + lanes;
    }

    /** That pages are read over and over, or may be, or nothing. */
    List<String> warnings() {
        if (units == Units.REOPENED) {
            return List.of("the pages of all lanes do not fit the memory budget, and are read over and over; " + ADVICE
                    + ": budget=" + limitBytes + ", lanes=" + lanes);
        }
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
