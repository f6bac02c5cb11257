// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import org.jspecify.annotations.Nullable;

/**
 * What one reader reads of one epoch of a shuffled order: of the places from {@code nextRow} on those that are its rank modulo the
 * world's size, in batches of {@code globalBatch / world} rows. Immutable.
 */
public final class ShufflePlan {
    private final ReadPlan columns;
    private final @Nullable SelectedRows selected;
    private final EpochOrder order;
    private final int rank;
    private final int world;
    private final int globalBatch;
    private final long nextRow;

    private ShufflePlan(
            Manifest manifest,
            Selection selection,
            @Nullable SelectedRows selected,
            Checkpoint.@Nullable Shuffled state) {
        requireFits(manifest, selection, state);
        Shuffle shuffle = order(selection);
        this.rank = selection.rank();
        this.world = selection.world();
        this.globalBatch = globalBatch(selection);
        this.selected = selected;
        this.columns = ReadPlan.of(manifest, selection.withShard(0, 1).withoutFilter(), null);
        if (state != null) {
            ReadPlan.requireSame("filter", state.filter(), filterDigest());
            shuffle = shuffle.epoch(state.shuffle().epoch());
        }
        long[] unitRows = selected != null
                ? selected.counts()
                : manifest.units().stream().mapToLong(ManifestUnit::rows).toArray();
        this.order = new EpochOrder(unitRows, shuffle);
        this.nextRow = state == null ? 0 : state.nextRow();
        if (nextRow < 0 || nextRow > order.rows()) {
            throw ForebayException.corrupt(
                    "a checkpoint's next row must lie within the epoch: nextRow=" + nextRow + ", rows=" + order.rows());
        }
    }

    /**
     * Plans an epoch from its start, or what is left of it at {@code state}.
     *
     * @param selected the rows that pass the selection's filter, if it has one: the order is one of these alone
     */
    public static ShufflePlan of(
            Manifest manifest,
            Selection selection,
            @Nullable SelectedRows selected,
            Checkpoint.@Nullable Shuffled state) {
        return new ShufflePlan(manifest, selection, selected, state);
    }

    /** Refuses what can be seen to be wrong before the rows that pass a filter are known. */
    public static void requireFits(Manifest manifest, Selection selection, Checkpoint.@Nullable Shuffled state) {
        if (selection.limit() >= 0 || selection.sampleRows() >= 0) {
            throw ForebayException.unsupported("a shuffled order has neither limit nor sample: limit="
                    + selection.limit() + ", sampleRows=" + selection.sampleRows());
        }
        int globalBatch = globalBatch(selection);
        Shuffle shuffle = order(selection);
        if (state != null) {
            ReadPlan.requireSame("fingerprint", state.fingerprint(), manifest.fingerprint());
            ReadPlan.requireSame("seed", state.shuffle().seed(), shuffle.seed());
            ReadPlan.requireSame("lanes", state.shuffle().lanes(), shuffle.lanes());
            ReadPlan.requireSame("window", state.shuffle().window(), shuffle.window());
            ReadPlan.requireSame("tail", state.shuffle().tail(), shuffle.tail());
            ReadPlan.requireSame("globalBatch", state.globalBatch(), globalBatch);
        }
    }

    private static Shuffle order(Selection selection) {
        Shuffle shuffle = selection.shuffle();
        if (shuffle == null) {
            throw new IllegalArgumentException("a shuffled plan needs an order");
        }
        return shuffle;
    }

    private static int globalBatch(Selection selection) {
        long rows = selection.globalBatch() >= 0
                ? selection.globalBatch()
                : (long) selection.batchRows() * selection.world();
        if (rows % selection.world() != 0 || rows > Integer.MAX_VALUE) {
            throw ForebayException.usage("a global batch must be a multiple of the world's size, and less than 2^31:"
                    + " globalBatch=" + rows + ", world=" + selection.world());
        }
        return (int) rows;
    }

    private ShufflePlan(ShufflePlan whole, long nextRow) {
        this.columns = whole.columns;
        this.selected = whole.selected;
        this.order = whole.order;
        this.rank = whole.rank;
        this.world = whole.world;
        this.globalBatch = whole.globalBatch;
        this.nextRow = nextRow;
    }

    /** What is left after some steps. */
    public ShufflePlan after(long steps) {
        return new ShufflePlan(this, stepStart(steps));
    }

    private @Nullable String filterDigest() {
        return selected == null ? null : selected.digest();
    }

    /** The rows of a unit that are in the order, or null where all are. */
    public SelectedRows.@Nullable OfUnit selectedOf(int unit) {
        return selected == null ? null : selected.ofUnit(unit);
    }

    /** The columns, and the units that hold the rows. */
    public ReadPlan columns() {
        return columns;
    }

    public EpochOrder order() {
        return order;
    }

    public int rank() {
        return rank;
    }

    public int world() {
        return world;
    }

    /** Rows of a full batch of this reader. */
    public int batchRows() {
        return globalBatch / world;
    }

    /** Steps that all readers take from here to the end of the epoch. */
    public long steps() {
        long left = order.rows() - nextRow;
        return left / globalBatch + (left % globalBatch > 0 && order.shuffle().tail() != Tail.DROP ? 1 : 0);
    }

    /** The place at which a step from here begins. */
    public long stepStart(long step) {
        return nextRow + step * globalBatch;
    }

    /** One past the last place that is delivered. */
    public long endRow() {
        return Math.min(order.rows(), stepStart(steps()));
    }

    /** This reader's first place at or after {@code g}. */
    public long ownFrom(long g) {
        return g + Math.floorMod(rank - g, (long) world);
    }

    /** How many of the places in {@code [from, to)} are this reader's. */
    public long ownWithin(long from, long to) {
        long first = ownFrom(from);
        return first >= to ? 0 : (to - first - 1) / world + 1;
    }

    /** Rows of this reader's batch in a step: fewer than a full one only at a ragged end. */
    public int rowsOf(long step) {
        long start = stepStart(step);
        long end =
                order.shuffle().tail() == Tail.PAD ? start + globalBatch : Math.min(start + globalBatch, order.rows());
        return (int) ownWithin(start, end);
    }

    /** Rows of this reader's batch in a step that count, and do not only fill it up. */
    public int validRowsOf(long step) {
        return (int) ownWithin(stepStart(step), Math.min(stepStart(step + 1), order.rows()));
    }

    /** Numbers of the rows of this reader's batch in a step; {@link StepOrder#PADDING} for those that fill it up. */
    public long[] rowNumbers(long step, EpochOrder.RowFinder finder) {
        long[] rows = new long[rowsOf(step)];
        long place = ownFrom(stepStart(step));
        for (int i = 0; i < rows.length; i++) {
            rows[i] = place < order.rows() ? finder.row(place) : StepOrder.PADDING;
            place += world;
        }
        return rows;
    }

    /** The number, in the data set, of the row that the order has as {@code number}. */
    public long rowOfDataset(long number) {
        if (selected == null) {
            return number;
        }
        int unit = order.unitOfRow(number);
        int row = selected.ofUnit(unit).rows((int) (number - order.firstRowOf(unit)), 1)[0];
        return columns.manifest().units().get(unit).firstRow() + row;
    }

    /** The state after a step; after the last one that of the next epoch. */
    public Checkpoint.Shuffled stateAfter(long step) {
        boolean last = step + 1 >= steps();
        Shuffle shuffle = order.shuffle();
        return new Checkpoint.Shuffled(
                columns.manifest().fingerprint(),
                last ? shuffle.epoch(shuffle.epoch() + 1) : shuffle,
                globalBatch,
                last ? 0 : stepStart(step + 1),
                filterDigest());
    }

    /** The state before the first step. */
    public Checkpoint.Shuffled start() {
        return stateAfter(-1);
    }
}
