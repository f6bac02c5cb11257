// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.ShufflePlan;
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
        WHOLE(8192, 0.25),

        /** Front to back by each lane for itself, which keeps its pages open: runs are decoded. */
        BY_LANE(8192, 0.25),

        /** Opened for each column of each block, with no page kept: the longer the runs, the less is read again. */
        REOPENED(Integer.MAX_VALUE, 1);

        /** Rows of a lane that are read at once at best. */
        private final int rowsBest;

        /** What part of the budget a block may take where what is held leaves so much. */
        private final double blockShareMost;

        Units(int rowsBest, double blockShareMost) {
            this.rowsBest = rowsBest;
            this.blockShareMost = blockShareMost;
        }

        double windowsBest(EpochOrder order) {
            return Math.ceil(Math.min(rowsBest, order.laneRows(0)) / (double) order.windowRows());
        }
    }

    private static final String ADVICE = "take fewer lanes, smaller windows, fewer columns or a larger budget";

    /** Bytes of one column of a block that the processor's second cache holds. */
    private static final int COLUMN_BYTES_BEST = 1 << 20;

    /** What part of the budget a block may take, whatever is held. */
    private static final double BLOCK_SHARE_LEAST = 0.125;

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
        ShuffleMemory decoded = choose(plan, limitBytes, fields, Units.WHOLE);
        List<Field> held = mayStayInFiles(plan)
                ? fields.stream().filter(field -> !mayStayInFiles(plan, field)).toList()
                : fields;
        if (held.size() == fields.size()) {
            return decoded;
        }
        ShuffleMemory chosen = choose(plan, limitBytes, held, Units.WHOLE);
        boolean isSame = chosen.units == decoded.units
                && chosen.windows == decoded.windows
                && chosen.blocksInTurn == decoded.blocksInTurn;
        return isSame ? chosen : chosen.orElse(decoded);
    }

    private ShuffleMemory orElse(ShuffleMemory other) {
        return new ShuffleMemory(lanes, windows, blocksInTurn, units, leastBytes, peakBytes, limitBytes, other);
    }

    /** Not where rows are picked or bad ones masked. */
    private static boolean mayStayInFiles(ShufflePlan plan) {
        return !plan.columns().masks()
                && !plan.selects()
                && plan.columns().manifest().units().stream().allMatch(unit -> isLocalAndLarge(unit, plan));
    }

    /** Whether a unit is neither from a remote storage nor read at once. */
    private static boolean isLocalAndLarge(ManifestUnit unit, ShufflePlan plan) {
        return !unit.file().isRemote() && unit.unit().sizeBytes(plan.columns().fields()) > UnitFile.SMALL_BYTES;
    }

    private static boolean mayStayInFiles(ShufflePlan plan, Field field) {
        return plan.columns().manifest().units().stream()
                .allMatch(unit -> unit.unit().mayStayInFile(field));
    }

    /** What the open pages of all lanes take. Lanes of a large local unit share them, but for dictionaries that are delivered. */
    private static double pagesBytes(ShufflePlan plan, List<ManifestUnit> open, int lanes) {
        List<Field> fields = plan.columns().fields();
        List<Field> shared =
                fields.stream().filter(field -> field.getDictionary() == null).toList();
        List<Field> own =
                fields.stream().filter(field -> field.getDictionary() != null).toList();
        int units = Math.max(1, Math.min(open.size(), lanes));
        int readers = (lanes + units - 1) / units; // of one unit
        double alone = lanes * average(open, unit -> unit.unit().openBytes(shared));
        double together = units
                * average(
                        open,
                        unit -> plan.columns().masks() || !isLocalAndLarge(unit, plan)
                                ? readers * unit.unit().openBytes(shared)
                                : unit.unit().openBytes(shared, readers));
        return Math.min(alone, together)
                + lanes * average(open, unit -> unit.unit().openBytes(own));
    }

    private static double average(List<ManifestUnit> units, ToLongFunction<ManifestUnit> bytes) {
        return units.stream().mapToLong(bytes).average().orElse(0);
    }

    /** What a row of the batches takes, and its part of the columns that are joined and not yet picked from, one a thread. */
    private static double rowBytes(ShufflePlan plan) {
        ReadPlan columns = plan.columns();
        List<Field> fields = columns.fields();
        double least = (double) BUFFERS_OF_COLUMN * Memory.BUFFER_BYTES_LEAST / plan.batchRows();
        double widest = fields.stream()
                .mapToDouble(field -> RowBytes.estimate(columns, List.of(field)))
                .max()
                .orElse(0);
        double batches = RowBytes.estimate(columns) + fields.size() * least;
        return batches + Math.min(batches, columns.threads() * widest);
    }

    /**
     * How units are read, and the rest.
     *
     * @param held the columns that are in memory where units are decoded as a whole
     * @param first the first way to read units that is allowed
     */
    private static ShuffleMemory choose(ShufflePlan plan, long limitBytes, List<Field> held, Units first) {
        int lanes = plan.laneCount();
        double rowBytes = rowBytes(plan);
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
        double heldShare = limitBytes / (double) HELD_SHARE;
        double most = HELD_MOST * limitBytes - BLOCKS * windowBytes;
        boolean unitsFit = first == Units.WHOLE && unitsBytes <= Math.max(heldShare, most);
        boolean areWhole =
                unitsFit && open.stream().allMatch(unit -> unit.rows() * Math.max(1, heldRowBytes) <= UNIT_BYTES_MAX);
        boolean pagesStay = first != Units.REOPENED && (pagesBytes <= Math.max(heldShare, most) || !mayReopen(plan));
        if (areWhole) {
            return withBlocks(plan, limitBytes, Units.WHOLE, unitsBytes, windowBytes);
        }
        if (pagesStay) {
            return withBlocks(plan, limitBytes, Units.BY_LANE, pagesBytes, windowBytes);
        }
        double openShare = Math.min(1.0, (double) plan.columns().threads() / fields.size());
        double openBytes = openShare * average(open, unit -> unit.unit().openBytes(fields));
        return withBlocks(plan, limitBytes, Units.REOPENED, openBytes, windowBytes);
    }

    /**
     * How many windows make a block, and how many blocks a column goes through in turn.
     *
     * @param heldBytes what units take, or pages of them
     * @param windowBytes what a window of each lane takes
     */
    private static ShuffleMemory withBlocks(
            ShufflePlan plan, long limitBytes, Units units, double heldBytes, double windowBytes) {
        double left = (HELD_MOST * limitBytes - heldBytes) / BLOCKS;
        double room = Math.max(limitBytes * BLOCK_SHARE_LEAST, Math.min(left, limitBytes * units.blockShareMost));
        double windowRows =
                Math.max(1.0, (double) plan.laneCount() * plan.order().windowRows());
        double windowsMost = Math.min(room / Math.max(1, windowBytes), Integer.MAX_VALUE / windowRows);
        int windowsInTurn = (int) Math.max(1, Math.min(units.windowsBest(plan.order()), windowsMost));
        int columns = plan.columns().fields().size();
        int windowsCached = Math.max(1, (int) (COLUMN_BYTES_BEST * (double) columns / windowBytes));
        int windows = units == Units.WHOLE
                ? Math.min(windowsInTurn, windowsCached)
                : windowsOfEqualBlocks(plan.order(), windowsInTurn);
        int blocksInTurn = windowsInTurn / windows;
        double turnBytes = blocksInTurn * windows * windowBytes;
        boolean readsAhead = heldBytes + turnBytes < limitBytes / 2.0;
        return new ShuffleMemory(
                plan.laneCount(),
                windows,
                blocksInTurn,
                units,
                leastBytes(plan),
                (long) (heldBytes + (readsAhead ? 2 : BLOCKS) * turnBytes),
                limitBytes,
                null);
    }

    /** As many blocks as with {@code most} windows each, but none much shorter than the others. */
    private static int windowsOfEqualBlocks(EpochOrder order, int most) {
        long windows = Math.max(1, (order.laneRows(0) + order.windowRows() - 1) / order.windowRows());
        long blocks = (windows + most - 1) / most;
        return (int) ((windows + blocks - 1) / blocks);
    }

    /** Reopened units are not read behind bad rows, and from a remote storage again only where there is no other way. */
    private static boolean mayReopen(ShufflePlan plan) {
        return !plan.columns().masks()
                && plan.columns().manifest().units().stream()
                        .noneMatch(unit -> unit.file().isRemote());
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

    /** The next way that takes less memory, for when the estimates were too low; null behind the last. */
    @Nullable
    ShuffleMemory frugal(ShufflePlan plan) {
        if (decoded != null) {
            return decoded;
        }
        List<Field> fields = plan.columns().fields();
        if (units == Units.WHOLE) {
            return choose(plan, limitBytes, fields, Units.BY_LANE);
        }
        if (windows > 1) {
            return new ShuffleMemory(
                    lanes, Math.max(1, windows / 4), 1, units, leastBytes, leastBytes, limitBytes, null);
        }
        return units == Units.REOPENED
                        || plan.columns().masks() // reopened, units do not know which bad rows they noted
                ? null
                : choose(plan, limitBytes, fields, Units.REOPENED);
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
