// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.BadRows;
import io.forebay.Checkpoint;
import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.internal.filter.BoundFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one reader reads of one epoch of a shuffled order of all rows, of which it delivers those that pass a filter. How many these
 * are shows when they are read. Immutable.
 */
public final class LocalFilterPlan {
    private final ShufflePlan allRows;
    private final Schema outputSchema;
    private final BoundFilter filter;
    private final Checkpoint.Shuffled start;
    private final Checkpoint.Shuffled end;
    private final int rank;
    private final int world;

    private LocalFilterPlan(
            Manifest manifest, Selection selection, Filter filter, Checkpoint.@Nullable LocallyFiltered state) {
        requireFits(manifest, selection, state);
        Shuffle shuffle = Objects.requireNonNull(selection.shuffle());
        ReadPlan delivered = ReadPlan.of(manifest, selection, null);
        Selection unfiltered = selection
                .withColumns(columns(selection, delivered))
                .withShuffle(shuffle.tail(Tail.RAGGED))
                .withoutFilter();
        this.allRows = ShufflePlan.of(manifest, unfiltered, null, state == null ? null : ofAllRows(state.place()));
        this.outputSchema = delivered.outputSchema();
        this.filter = BoundFilter.bind(filter, allRows.columns().outputSchema(), manifest.name());
        long epoch = allRows.order().shuffle().epoch();
        this.rank = selection.rank();
        this.world = selection.world();
        int globalBatch = allRows.globalBatch();
        String digest = selection.digest();
        this.start = new Checkpoint.Shuffled(
                manifest.fingerprint(), shuffle.epoch(epoch), globalBatch, allRows.stepStart(0), digest);
        this.end = new Checkpoint.Shuffled(manifest.fingerprint(), shuffle.epoch(epoch + 1), globalBatch, 0, digest);
    }

    /** Plans an epoch from its start, or what is left of it at {@code state}. */
    public static LocalFilterPlan of(
            Manifest manifest, Selection selection, Checkpoint.@Nullable LocallyFiltered state) {
        return new LocalFilterPlan(manifest, selection, Objects.requireNonNull(selection.filter()), state);
    }

    private static void requireFits(
            Manifest manifest, Selection selection, Checkpoint.@Nullable LocallyFiltered state) {
        if (state != null) {
            ReadPlan.requireSame("fingerprint", state.fingerprint(), manifest.fingerprint());
            ReadPlan.requireSame("world", state.world(), selection.world());
            ReadPlan.requireSame("rank", state.rank(), selection.rank());
            ReadPlan.requireSame("filter", state.filter(), selection.digest());
        }
        ShufflePlan.requireFits(manifest, selection, state == null ? null : state.place());
        Shuffle shuffle = Objects.requireNonNull(selection.shuffle());
        if (shuffle.buckets() != null) {
            throw ForebayException.unsupported("an order that is filtered locally does not put rows of similar length"
                    + " together: buckets=" + shuffle.buckets());
        }
        if (selection.badRows().policy() != BadRows.Policy.FAIL) {
            throw ForebayException.unsupported(
                    "an order that is filtered locally does not go on behind bad rows: badRows="
                            + selection.badRows().policy());
        }
        Tail tail = shuffle.tail();
        if (tail == Tail.PAD) {
            throw ForebayException.unsupported(
                    "the tail of an order that is filtered locally must be DROP or RAGGED: tail=" + tail);
        }
    }

    /** The columns wanted, and those behind them that only the filter needs; null for all. */
    private static @Nullable List<ColumnPath> columns(Selection selection, ReadPlan delivered) {
        if (selection.columns() == null) {
            return null;
        }
        List<ColumnPath> columns = new ArrayList<>(selection.columns());
        delivered.fields().stream()
                .skip(delivered.outputSchema().getFields().size())
                .map(field -> ColumnPath.ofName(field.getName()))
                .forEach(columns::add);
        return columns;
    }

    private static Checkpoint.Shuffled ofAllRows(Checkpoint.Shuffled place) {
        return new Checkpoint.Shuffled(
                place.fingerprint(), place.shuffle().tail(Tail.RAGGED), place.globalBatch(), place.nextRow(), null);
    }

    /** The order that rows are dropped of, with the columns of the output first and then those that only the filter needs. */
    public ShufflePlan allRows() {
        return allRows;
    }

    /** The columns of the delivered batches. */
    public Schema outputSchema() {
        return outputSchema;
    }

    /** The filter, of the columns of {@link #allRows}. */
    public BoundFilter filter() {
        return filter;
    }

    /** Rows of a full batch. */
    public int batchRows() {
        return allRows.batchRows();
    }

    /** Whether {@code rows} rows at the end of the epoch are a batch. */
    public boolean delivers(int rows) {
        return rows == batchRows() || start.shuffle().tail() == Tail.RAGGED;
    }

    /** This reader's first place at or after {@code place}. */
    public long placeFrom(long place) {
        return allRows.own().atOrAfter(place);
    }

    /** How many places further this reader's next one is. */
    public int world() {
        return world;
    }

    /** This reader's first place behind {@code place}, or the end of the order. */
    public long placeAfter(long place) {
        return Math.min(placeFrom(place + 1), allRows.order().rows());
    }

    /** The state before the first batch. */
    public Checkpoint.LocallyFiltered start() {
        return own(start);
    }

    /** The state that has this reader's place {@code nextRow} to come. */
    public Checkpoint.LocallyFiltered stateAt(long nextRow) {
        return own(new Checkpoint.Shuffled(
                start.fingerprint(), start.shuffle(), start.globalBatch(), nextRow, start.filter()));
    }

    /** The state after the last batch: that of the next epoch. */
    public Checkpoint.LocallyFiltered end() {
        return own(end);
    }

    private Checkpoint.LocallyFiltered own(Checkpoint.Shuffled place) {
        return new Checkpoint.LocallyFiltered(place, rank, world);
    }
}
