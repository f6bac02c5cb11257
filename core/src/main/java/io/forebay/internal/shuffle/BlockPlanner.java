// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.plan.BucketedWindow;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.OwnPlaces;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.shuffle.Block.Piece;
import io.forebay.internal.shuffle.ShuffleMemory.Units;
import io.forebay.spi.RowRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a plan into blocks: some windows of every lane that has rows of this reader, and at a padded end the rows that fill the last
 * batch up. Keeps a segment open for each lane from block to block. Not thread-safe.
 */
final class BlockPlanner {
    private final ShufflePlan plan;
    private final EpochOrder order;
    private final List<ManifestUnit> units;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private final @Nullable BadRowLog badRows;
    private final int windowsPerBlock;

    /** The lanes that have rows of this reader. */
    private final Lane[] lanes;

    /** The next window, and the next place of the order, and how many rows of this reader were planned so far. */
    private long nextWindow;

    private long nextPlace;
    private long planned;
    private boolean padded;

    /** How units are read, and those that lanes share, by when they are read. */
    private final ShuffleMemory.Units how;

    private final Map<Integer, RowSource> shared = new HashMap<>();

    /** What opens the units that lanes read for themselves, by when they are read. */
    private final Map<Integer, UnitOpener> openers = new HashMap<>();

    /** Pieces without rows, of sources that ended in a block that nobody reads. */
    private final List<Piece> ended = new ArrayList<>();

    /** Tables of picks of blocks that are done: each row would cost one otherwise. From any thread. */
    private final ConcurrentLinkedQueue<int[]> spareTables = new ConcurrentLinkedQueue<>();

    /** What may hold readers and memory. */
    private final Set<RowSource> live = new LinkedHashSet<>();

    /** A lane of the order: how far it has been planned, in rows of the lane. */
    private static final class Lane {
        final int number;
        final long firstPosition;
        long position;

        @Nullable
        RowSource source;

        Lane(int number, long position) {
            this.number = number;
            this.firstPosition = position;
            this.position = position;
        }
    }

    /** @param badRows where bad rows are noted, or null where they are failures */
    BlockPlanner(ShufflePlan plan, BufferAllocator allocator, ShuffleMemory use, @Nullable BadRowLog badRows) {
        this.plan = plan;
        this.order = plan.order();
        this.units = plan.columns().manifest().units();
        this.fields = plan.columns().fields();
        this.allocator = allocator;
        this.badRows = badRows;
        this.windowsPerBlock = use.windows();
        this.nextPlace = plan.stepStart(0);
        this.nextWindow = nextPlace / order.lanes() / order.windowRows();
        this.lanes = IntStream.range(0, order.lanes())
                .filter(plan::hasLane)
                .mapToObj(lane -> new Lane(lane, Math.min(nextWindow * order.windowRows(), order.laneRows(lane))))
                .toArray(Lane[]::new);
        this.how = use.units();
    }

    /** The next block, or null at the end. */
    @Nullable
    Block next() {
        while (nextPlace < plan.endRow()) {
            Block block = nextOfWindows();
            if (block.end() > block.first()) {
                return block;
            }
            for (Piece piece : block.pieces()) { // whoever reads the next block leaves what ends in this one
                if (piece.last()) {
                    ended.add(new Piece(piece.source(), piece.row(), piece.number(), 0, true));
                }
            }
        }
        if (plan.order().shuffle().tail() == Tail.PAD && !padded) {
            padded = true;
            return padding();
        }
        return null;
    }

    private Block nextOfWindows() {
        long window = nextWindow;
        long windows = windowsPerBlock;
        long from = nextPlace;
        long end = Math.min(plan.endRow(), (window + windows) * order.windowRows() * order.lanes());
        int[] bases = new int[lanes.length];
        List<Piece> pieces = new ArrayList<>(ended);
        ended.clear();
        int base = 0;
        for (int i = 0; i < lanes.length; i++) {
            bases[i] = base;
            Lane lane = lanes[i];
            long laneEnd = Math.min(order.laneRows(lane.number), (window + windows) * order.windowRows());
            base = Math.addExact(base, Math.toIntExact(laneEnd - lane.position));
            addPieces(lane, laneEnd, pieces);
        }
        nextWindow = window + windows;
        nextPlace = end;
        int rows = Math.toIntExact(plan.own().within(from, end));
        Block block = new Block(pieces, planned, rows, (count, lengths) -> picks(window, from, bases, count, lengths));
        planned += rows;
        return block;
    }

    private void addPieces(Lane lane, long laneEnd, List<Piece> pieces) {
        while (lane.position < laneEnd) {
            long place = order.laneStart(lane.number) + lane.position;
            int run = order.runAt(place);
            int unit = order.unitOf(run);
            RowSource source = lane.source;
            if (source == null) {
                source = how == Units.BY_LANE ? ownSegment(run) : sharedUnit(run);
                lane.source = source;
            }
            long unitLeft = order.runStart(run) + order.rowsOf(unit) - place;
            long rows = Math.min(unitLeft, laneEnd - lane.position);
            lane.position += rows;
            boolean last = rows == unitLeft || lane.position == order.laneRows(lane.number);
            long row = place - order.runStart(run);
            pieces.add(new Piece(source, row, order.firstRowOf(unit) + row, Math.toIntExact(rows), last));
            if (last) {
                lane.source = null;
            }
        }
    }

    /**
     * The lanes that have rows of a unit.
     *
     * @param rows those that they have, and those between them, counted among the unit's rows in the order
     */
    private record Sharing(int lanes, RowRange rows) {}

    private Sharing sharing(int run) {
        long start = order.runStart(run);
        long rows = order.rowsOf(order.unitOf(run));
        int sharing = 0;
        long first = Long.MAX_VALUE;
        long last = 0;
        for (Lane lane : lanes) {
            long laneStart = order.laneStart(lane.number);
            long from = Math.max(start, laneStart + lane.firstPosition);
            long end = Math.min(start + rows, laneStart + order.laneRows(lane.number));
            if (from < end) {
                sharing++;
                first = Math.min(first, from - start);
                last = Math.max(last, end - start);
            }
        }
        return new Sharing(sharing, new RowRange(first, last));
    }

    /** The unit that is read {@code run}-th, which all lanes share that have rows of it to come. */
    private RowSource sharedUnit(int run) {
        return shared.computeIfAbsent(run, key -> {
            int unit = order.unitOf(run);
            Sharing sharing = sharing(run);
            RowSource source = how == Units.REOPENED
                    ? reopened(unit, sharing.lanes)
                    : new ResidentUnit(
                            units.get(unit),
                            plan.selectedOf(unit),
                            sharing.lanes,
                            sharing.rows,
                            fields,
                            allocator,
                            badRows);
            live.add(source);
            return source;
        });
    }

    /** The part of the unit that is read {@code run}-th that one lane reads for itself; others may read theirs. */
    private RowSource ownSegment(int run) {
        int unit = order.unitOf(run);
        return segment(unit, openers.computeIfAbsent(run, key -> opener(unit, sharing(run).lanes)));
    }

    private RowSource segment(int unit, UnitOpener opener) {
        RowSource source = new Segment(opener, plan.selectedOf(unit));
        live.add(source);
        return source;
    }

    private UnitOpener opener(int unit, int sharing) {
        return new UnitOpener(units.get(unit), fields, allocator, badRows, sharing);
    }

    /** Some rows of a unit, out of the order of the lanes. */
    private RowSource newSource(int unit) {
        if (how != Units.REOPENED) {
            return segment(unit, opener(unit, 1));
        }
        RowSource source = reopened(unit, 1);
        live.add(source);
        return source;
    }

    private RowSource reopened(int unit, int sharing) {
        return new ReopenedUnit(units.get(unit), plan.selectedOf(unit), sharing, fields, allocator);
    }

    /** Of each of this reader's {@code count} places from {@code from} on which row of the block's pieces it is. */
    private int[] picks(long window, long from, int[] bases, int count, int @Nullable [] lengths) {
        int[] picks = table(count);
        BucketedWindow bucketed = lengths == null ? null : new BucketedWindow(order.shuffle());
        int[] permutation = new int[order.windowRows(0, 0)]; // no window has more
        for (int i = 0; i < lanes.length; i++) {
            int lane = lanes[i].number;
            long firstRow = Math.max(0, (from - lane + order.lanes() - 1) / order.lanes());
            for (long w = window; w < window + windowsPerBlock; w++) {
                int windowRows = order.windowRows(lane, w);
                long windowStart = w * order.windowRows();
                int base = bases[i] + (int) (windowStart - window * order.windowRows());
                order.permutation(lane, w, permutation);
                if (bucketed != null && lengths != null) {
                    bucketed.arrange(permutation, windowRows, w, lengths, base);
                }
                int first = (int) Math.max(0, firstRow - windowStart);
                if (first < windowRows) {
                    long place = (windowStart + first) * order.lanes() + lane;
                    long pick = plan.own().within(from, place);
                    pickOwn(permutation, first, windowRows, base, plan.own(), place, order.lanes(), pick, picks, count);
                }
            }
        }
        return picks;
    }

    /**
     * Puts what is the reader's of a window into the table of picks.
     *
     * @param place that of the window's row {@code first}; each row is {@code lanes} places after the one before
     * @param pick which of the reader's rows is at {@code place}, or comes after it
     */
    private static void pickOwn(
            int[] permutation,
            int first,
            int rows,
            int base,
            OwnPlaces own,
            long place,
            int lanes,
            long pick,
            int[] picks,
            int count) {
        int[] before = own.table();
        int period = own.period();
        int phaseStep = lanes % period;
        long pickStep = lanes / period * (long) own.perPeriod();
        int phase = own.phase(place);
        long turn = pick - before[phase]; // of the pattern that place is in, the first pick
        for (int row = first; row < rows; row++) {
            long at = turn + before[phase];
            if (at >= count) {
                return;
            }
            if (before[phase + 1] > before[phase]) {
                picks[(int) at] = base + permutation[row];
            }
            turn += pickStep;
            phase += phaseStep;
            if (phase >= period) {
                phase -= period;
                turn += own.perPeriod();
            }
        }
    }

    /** A table of at least so many entries, whatever is in it: that of a block that is done, if there is one. */
    private int[] table(int count) {
        int[] spare = spareTables.poll();
        return spare != null && spare.length >= count ? spare : new int[count];
    }

    /** The rows behind the epoch's end that fill the last batch up: those of the order's start, each read where it lies. */
    private @Nullable Block padding() {
        long end = plan.stepStart(plan.steps());
        int count = Math.toIntExact(plan.own().within(plan.endRow(), end));
        if (count == 0) {
            return null;
        }
        EpochOrder.RowFinder finder = order.finder();
        long[] wanted = LongStream.iterate(
                        plan.own().atOrAfter(plan.endRow()), place -> plan.own().atOrAfter(place + 1))
                .limit(count)
                .map(place -> finder.row(place % order.rows()))
                .toArray();
        long[] rows = Arrays.stream(wanted).sorted().distinct().toArray();
        List<Piece> pieces = new ArrayList<>();
        RowSource segment = null;
        for (int i = 0; i < rows.length; i++) {
            int unit = order.unitOfRow(rows[i]);
            segment = segment == null ? newSource(unit) : segment;
            boolean last = i + 1 == rows.length || order.unitOfRow(rows[i + 1]) != unit;
            pieces.add(new Piece(segment, rows[i] - order.firstRowOf(unit), StepOrder.PADDING, 1, last));
            segment = last ? null : segment;
        }
        Block block = new Block(pieces, planned, count, (rowCount, lengths) -> Arrays.stream(wanted)
                .mapToInt(row -> Arrays.binarySearch(rows, row))
                .toArray());
        planned += count;
        return block;
    }

    /** Drops what is done with a block that all columns have gone through. */
    void forget(Block block) {
        int[] table = block.takePicks();
        if (table != null) {
            spareTables.add(table);
        }
        for (Piece piece : block.pieces()) {
            if (piece.last() && piece.source().isDone()) {
                live.remove(piece.source());
                shared.values().remove(piece.source());
                openers.values().removeIf(UnitOpener::isDone);
            }
        }
    }

    /** What may hold readers and memory. */
    Set<RowSource> live() {
        return live;
    }
}
