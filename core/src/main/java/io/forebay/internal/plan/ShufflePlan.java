// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.LengthBuckets;
import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What one reader reads of one epoch of a shuffled order: of the places from {@code nextRow} on those that are its own, in steps of {@code
 * globalBatch} places, each of which has as many of them. Immutable.
 */
public final class ShufflePlan implements StepPlan {
    private static final int WORLD_MAX = 1 << 20;

    private final ReadPlan columns;
    private final @Nullable SelectedRows selected;
    private final EpochOrder order;
    private final OwnPlaces own;
    private final int globalBatch;
    private final long nextRow;

    private ShufflePlan(
            ReadPlan columns,
            @Nullable SelectedRows selected,
            EpochOrder order,
            OwnPlaces own,
            int globalBatch,
            long nextRow) {
        this.columns = columns;
        this.selected = selected;
        this.order = order;
        this.own = own;
        this.globalBatch = globalBatch;
        this.nextRow = nextRow;
        BucketedWindow.requireFits(order.shuffle().buckets(), columns);
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
        requireFits(manifest, selection, state);
        Shuffle shuffle = order(selection);
        if (state != null) {
            ReadPlan.requireSame("filter", state.filter(), selected == null ? null : selected.digest());
            shuffle = shuffle.epoch(state.shuffle().epoch());
        }
        return new ShufflePlan(
                columns(manifest, selection),
                selected,
                new EpochOrder(rowsInOrder(manifest, selected), shuffle),
                OwnPlaces.of(selection.rank(), selection.world()),
                globalBatch(selection),
                state == null ? 0 : state.nextRow());
    }

    /** The columns that a selection reads, of all units. */
    static ReadPlan columns(Manifest manifest, Selection selection) {
        return ReadPlan.of(manifest, selection.withShard(0, 1).withoutFilter(), null);
    }

    /** Of each unit how many rows are in the order. */
    static long[] rowsInOrder(Manifest manifest, @Nullable SelectedRows selected) {
        return selected != null
                ? selected.counts()
                : manifest.units().stream().mapToLong(ManifestUnit::rows).toArray();
    }

    /** Plans to read the places of an order that are {@code own}, from {@code nextRow} on, in steps of a multiple of their period. */
    static ShufflePlan of(
            ReadPlan columns,
            @Nullable SelectedRows selected,
            EpochOrder order,
            OwnPlaces own,
            int globalBatch,
            long nextRow) {
        return new ShufflePlan(columns, selected, order, own, globalBatch, nextRow);
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
            ReadPlan.requireSame("buckets", state.shuffle().buckets(), shuffle.buckets());
            ReadPlan.requireSame("globalBatch", state.globalBatch(), globalBatch);
        }
    }

    static Shuffle order(Selection selection) {
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
        if (selection.world() > WORLD_MAX) {
            throw ForebayException.usage(
                    "a shuffled order has at most " + WORLD_MAX + " readers: world=" + selection.world());
        }
        if (rows % selection.world() != 0 || rows > Integer.MAX_VALUE) {
            throw ForebayException.usage("a global batch must be a multiple of the world's size, and less than 2^31:"
                    + " globalBatch=" + rows + ", world=" + selection.world());
        }
        return (int) rows;
    }

    /** What is left after some steps. */
    public ShufflePlan after(long steps) {
        return new ShufflePlan(columns, selected, order, own, globalBatch, stepStart(steps));
    }

    private @Nullable String filterDigest() {
        return selected == null ? null : selected.digest();
    }

    /** The rows of a unit that are in the order, or null where all are. */
    public SelectedRows.@Nullable OfUnit selectedOf(int unit) {
        return selected == null ? null : selected.ofUnit(unit);
    }

    /** Whether some rows only are in the order. */
    public boolean selects() {
        return selected != null;
    }

    /** The columns, and the units that hold the rows. */
    public ReadPlan columns() {
        return columns;
    }

    public EpochOrder order() {
        return order;
    }

    /** The places that are this reader's. */
    public OwnPlaces own() {
        return own;
    }

    /** Places of a full step. */
    public int globalBatch() {
        return globalBatch;
    }

    /** How many lanes have places of this reader. */
    public int laneCount() {
        return (int) IntStream.range(0, order.lanes()).filter(this::hasLane).count();
    }

    /** Whether a lane has places of this reader. */
    public boolean hasLane(int lane) {
        return own.has(lane, order.lanes());
    }

    /** Rows of a full batch of this reader. */
    public int batchRows() {
        return (int) own.within(0, globalBatch);
    }

    @Override
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

    /** Rows of this reader's batch in a step: fewer than a full one only at a ragged end. */
    public int rowsOf(long step) {
        long start = stepStart(step);
        long end =
                order.shuffle().tail() == Tail.PAD ? start + globalBatch : Math.min(start + globalBatch, order.rows());
        return (int) own.within(start, end);
    }

    /** Rows of this reader's batch in a step that count, and do not only fill it up. */
    public int validRowsOf(long step) {
        return (int) own.within(stepStart(step), Math.min(stepStart(step + 1), order.rows()));
    }

    /** The column by whose lengths rows are put together, as an ordinal of the columns, or −1. */
    public int bucketColumn() {
        LengthBuckets buckets = order.shuffle().buckets();
        return buckets == null
                ? -1
                : columns.fields().indexOf(columns.outputSchema().findField(buckets.column()));
    }

    @Override
    public RowNumbers rowNumbers() {
        if (order.shuffle().buckets() != null) {
            throw ForebayException.unsupported("an order by lengths is known once these are read: buckets="
                    + order.shuffle().buckets());
        }
        EpochOrder.RowFinder finder = order.finder();
        return step -> rowNumbers(step, finder);
    }

    private long[] rowNumbers(long step, EpochOrder.RowFinder finder) {
        long[] rows = new long[rowsOf(step)];
        long place = stepStart(step);
        for (int i = 0; i < rows.length; i++) {
            place = own.atOrAfter(place);
            rows[i] = place < order.rows() ? finder.row(place) : StepOrder.PADDING;
            place++;
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

    @Override
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
