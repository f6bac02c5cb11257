// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.BadRows;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Mixture.Until;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What one reader reads of one epoch of a mixture. Each place of a mixture belongs to a data set, and is the next place of that one's
 * shuffled order, which starts over with its next epoch wherever it ends. Immutable.
 */
public final class MixturePlan implements StepPlan {
    /** Data sets of a mixture, at most. */
    public static final int SOURCES_MAX = 64;

    private static final int WEIGHTS_MAX = 1 << 14;
    private static final int PATTERN_MAX = 1 << 22;

    /** Rows that are read of a data set at a time, at most: about what a batch takes of it. */
    private static final int ROWS_AT_A_TIME = 4096;

    private final List<Source> sources;
    private final EarliestDeadline turns;
    private final Until until;
    private final int rank;
    private final int world;
    private final int globalBatch;
    private final long epoch;
    private final long nextRow;

    /** One past the last place of an epoch. */
    private final long endRow;

    /** Of each data set the places of its order, counted on over its epochs, that are this reader's. */
    private final OwnPlaces[] own;

    /**
     * A data set of a mixture.
     *
     * @param columns what is read of it
     * @param selected the rows that are in its order, or null for all
     * @param rows of its order
     * @param shuffle its order; the epoch is that with which the mixture's first epoch starts
     */
    public record Source(ReadPlan columns, @Nullable SelectedRows selected, long rows, Shuffle shuffle, int weight) {
        /** What a selection, which is shuffled, has of a data set. */
        public static Source of(Manifest manifest, Selection selection, @Nullable SelectedRows selected, int weight) {
            Shuffle shuffle = ShufflePlan.order(selection);
            if (shuffle.buckets() != null) {
                throw ForebayException.unsupported("a mixture does not put rows of similar length together: dataset="
                        + manifest.name() + ", buckets=" + shuffle.buckets());
            }
            if (selection.badRows().policy() != BadRows.Policy.FAIL) {
                throw ForebayException.unsupported("a mixture does not go on behind bad rows: dataset="
                        + manifest.name() + ", badRows=" + selection.badRows().policy());
            }
            long rows =
                    Arrays.stream(ShufflePlan.rowsInOrder(manifest, selected)).sum();
            if (rows == 0) {
                throw ForebayException.usage("a data set of a mixture must have rows: dataset=" + manifest.name());
            }
            return new Source(
                    ShufflePlan.columns(manifest, selection), selected, rows, shuffle.tail(Tail.RAGGED), weight);
        }

        private EpochOrder order(long epoch) {
            return new EpochOrder(ShufflePlan.rowsInOrder(columns.manifest(), selected), shuffle.epoch(epoch));
        }

        private @Nullable String filterDigest() {
            return selected == null ? null : selected.digest();
        }
    }

    private MixturePlan(
            List<Source> sources, Until until, int rank, int world, int globalBatch, long epoch, long nextRow) {
        this.sources = List.copyOf(sources);
        this.turns = new EarliestDeadline(weights());
        this.until = until;
        this.rank = rank;
        this.world = world;
        this.globalBatch = globalBatch;
        this.epoch = epoch;
        this.nextRow = nextRow;
        this.endRow = endRow();
        requireEpochsLeft();
        this.own = IntStream.range(0, sources.size()).mapToObj(this::ownOf).toArray(OwnPlaces[]::new);
    }

    /**
     * Plans an epoch from its start, or what is left of it at {@code state}.
     *
     * @param epoch of a plan without a state
     */
    public static MixturePlan of(
            List<Source> sources,
            Until until,
            int rank,
            int world,
            int globalBatch,
            long epoch,
            Checkpoint.@Nullable Mixed state) {
        requireFits(sources, world, globalBatch);
        if (state == null) {
            return new MixturePlan(sources, until, rank, world, globalBatch, epoch, 0);
        }
        MixturePlan plan = new MixturePlan(sources, until, rank, world, globalBatch, state.epoch(), state.nextRow());
        plan.requireFits(state);
        return plan;
    }

    private static void requireFits(List<Source> sources, int world, int globalBatch) {
        if (sources.size() > SOURCES_MAX) {
            throw ForebayException.usage(
                    "a mixture has at most " + SOURCES_MAX + " data sets: datasets=" + sources.size());
        }
        int[] weights = sources.stream().mapToInt(Source::weight).toArray();
        int divisor = EarliestDeadline.commonDivisor(weights);
        long sum = Arrays.stream(weights).mapToLong(weight -> weight / divisor).sum();
        if (sum > WEIGHTS_MAX || sum * world > PATTERN_MAX) {
            throw ForebayException.usage("the weights of a mixture, without what divides all of them, come to at most "
                    + WEIGHTS_MAX + ", and times the world's size to " + PATTERN_MAX + ": weights="
                    + Arrays.toString(weights) + ", world=" + world);
        }
        if (globalBatch % world != 0) {
            throw ForebayException.usage("a global batch must be a multiple of the world's size: globalBatch="
                    + globalBatch + ", world=" + world);
        }
        Source first = sources.get(0);
        for (Source source : sources) {
            if (!source.columns
                    .outputSchema()
                    .getFields()
                    .equals(first.columns.outputSchema().getFields())) {
                throw ForebayException.usage("the data sets of a mixture must have the same columns: "
                        + first.columns.manifest().name() + "="
                        + first.columns.outputSchema().getFields() + ", "
                        + source.columns.manifest().name() + "="
                        + source.columns.outputSchema().getFields());
            }
        }
    }

    private void requireFits(Checkpoint.Mixed state) {
        ReadPlan.requireSame(
                "weights", state.weights(), Arrays.stream(weights()).boxed().toList());
        ReadPlan.requireSame("until", state.until(), until);
        ReadPlan.requireSame("globalBatch", state.globalBatch(), globalBatch);
        for (int i = 0; i < sources.size(); i++) {
            Checkpoint.Shuffled part = state.parts().get(i);
            Source now = sources.get(i);
            String of = " of data set " + i;
            ReadPlan.requireSame(
                    "fingerprint" + of,
                    part.fingerprint(),
                    now.columns.manifest().fingerprint());
            ReadPlan.requireSame("filter" + of, part.filter(), now.filterDigest());
            ReadPlan.requireSame("order" + of, part.shuffle().epoch(0), now.shuffle.epoch(0));
        }
        if (nextRow < 0 || nextRow % globalBatch != 0 || nextRow >= Math.max(1, endRow)) {
            throw ForebayException.corrupt("a checkpoint's next row must be the first of a step of the epoch: nextRow="
                    + nextRow + ", globalBatch=" + globalBatch + ", rows=" + endRow);
        }
        ReadPlan.requireSame("parts", state.parts(), parts(epoch, nextRow));
    }

    private int[] weights() {
        return sources.stream().mapToInt(Source::weight).toArray();
    }

    private long endRow() {
        long end = until == Until.FIRST_EXHAUSTED ? Long.MAX_VALUE : 0;
        for (int i = 0; i < sources.size(); i++) {
            long rows = sources.get(i).rows();
            end = until == Until.FIRST_EXHAUSTED
                    ? Math.min(end, turns.placeOf(i, rows))
                    : Math.max(end, turns.placeOf(i, rows - 1) + 1);
        }
        long wholeSteps = end / globalBatch + (until == Until.ALL_EXHAUSTED && end % globalBatch > 0 ? 1 : 0);
        return wholeSteps * globalBatch;
    }

    /** A data set's turns repeat with the weights, and readers with the world: together after both. */
    private OwnPlaces ownOf(int source) {
        int repeats = world / EarliestDeadline.commonDivisor(new int[] {turns.period(), world});
        return OwnPlaces.of(
                turns.turnsPerPeriod(source) * repeats, turn -> turns.placeOf(source, turn) % world == rank);
    }

    public int sources() {
        return sources.size();
    }

    /** Fails for a column that a format cannot read, before any byte is decoded. */
    public void requireReadable() {
        sources.forEach(source -> source.columns.requireReadable());
    }

    public Schema schema() {
        return sources.get(0).columns.outputSchema();
    }

    /** What messages call it: its first data set. */
    public String name() {
        return sources.get(0).columns.manifest().name();
    }

    @Override
    public long steps() {
        return (endRow - nextRow) / globalBatch;
    }

    /** Rows of each batch of this reader. */
    public int batchRows() {
        return globalBatch / world;
    }

    /** The place of the mixture at which a step from here begins. */
    public long stepStart(long step) {
        return nextRow + step * globalBatch;
    }

    /** The data set that each row of this reader's batch in a step comes from. */
    public int[] sourcesOf(long step) {
        int[] found = new int[batchRows()];
        for (int i = 0; i < found.length; i++) {
            found[i] = turns.source(stepStart(step) + rank + (long) i * world);
        }
        return found;
    }

    /** Where a data set stands before the first step: how often it has ended in this epoch. */
    public long endsBefore(int source) {
        return turns.turnsBefore(source, nextRow) / sources.get(source).rows();
    }

    /**
     * What this reader reads of a data set from there on, after it has ended so often in this epoch, until it ends again; {@link
     * #hasRows it has rows} of that.
     */
    public ShufflePlan part(int source, long ends) {
        Source from = sources.get(source);
        EpochOrder order = order(source, ends);
        OwnPlaces places = own[source].from(ends * order.rows());
        long first = Math.max(0, turns.turnsBefore(source, nextRow) - ends * order.rows());
        long ofABatch = (long) batchRows() * turns.turnsPerPeriod(source) / turns.period();
        long times = Math.min(ofABatch, ROWS_AT_A_TIME) / places.perPeriod();
        int fitting = (int) Math.max(1, Math.min(times, Integer.MAX_VALUE / places.period()));
        return ShufflePlan.of(from.columns, from.selected, order, places, fitting * places.period(), first);
    }

    /** Whether this reader has rows of what {@link #part} would read. */
    public boolean hasRows(int source, long ends) {
        long rows = sources.get(source).rows();
        long first = Math.max(ends * rows, turns.turnsBefore(source, nextRow));
        return own[source].within(first, (ends + 1) * rows) > 0;
    }

    private EpochOrder order(int source, long ends) {
        return sources.get(source).order(firstEpoch(source, epoch) + ends);
    }

    /** The epoch of a data set with which an epoch of the mixture starts. */
    private long firstEpoch(int source, long mixtureEpoch) {
        return sources.get(source).shuffle.epoch() + mixtureEpoch * epochsOfEpoch(source);
    }

    /** How many epochs of a data set an epoch of the mixture takes from. */
    private long epochsOfEpoch(int source) {
        long rows = sources.get(source).rows();
        return Math.max(1, (turns.turnsBefore(source, endRow) + rows - 1) / rows);
    }

    /** The epoch after this one must have a number in every data set. */
    private void requireEpochsLeft() {
        for (int i = 0; i < sources.size(); i++) {
            long first = sources.get(i).shuffle.epoch();
            if (epoch >= (Long.MAX_VALUE - first) / epochsOfEpoch(i) - 1) {
                throw ForebayException.usage("an epoch must leave numbers for the epochs after it: epoch=" + epoch
                        + ", epochsOfDatasetInIt=" + epochsOfEpoch(i) + ", firstEpochOfDataset=" + first);
            }
        }
    }

    /** Rows are numbered as if the data sets lay one behind the other. */
    @Override
    public RowNumbers rowNumbers() {
        long[] offsets = new long[sources.size()];
        for (int i = 1; i < offsets.length; i++) {
            offsets[i] = offsets[i - 1] + sources.get(i - 1).rows();
        }
        EpochOrder.RowFinder[] finders = new EpochOrder.RowFinder[sources.size()];
        long[] ends = new long[sources.size()];
        return step -> {
            long[] rows = new long[batchRows()];
            for (int i = 0; i < rows.length; i++) {
                long place = stepStart(step) + rank + (long) i * world;
                int source = turns.source(place);
                long turn = turns.turnsBefore(source, place);
                long ended = turn / sources.get(source).rows();
                if (finders[source] == null || ends[source] != ended) {
                    finders[source] = order(source, ended).finder();
                    ends[source] = ended;
                }
                rows[i] = offsets[source]
                        + finders[source].row(turn % sources.get(source).rows());
            }
            return rows;
        };
    }

    @Override
    public Checkpoint.Mixed stateAfter(long step) {
        long next = stepStart(step + 1);
        boolean last = next >= endRow;
        long nextEpoch = last ? epoch + 1 : epoch;
        long place = last ? 0 : next;
        return new Checkpoint.Mixed(
                Arrays.stream(weights()).boxed().toList(),
                until,
                nextEpoch,
                globalBatch,
                place,
                parts(nextEpoch, place));
    }

    /** Where each data set stands at a place of an epoch. */
    private List<Checkpoint.Shuffled> parts(long mixtureEpoch, long place) {
        List<Checkpoint.Shuffled> parts = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            Source source = sources.get(i);
            long turn = turns.turnsBefore(i, place);
            parts.add(new Checkpoint.Shuffled(
                    source.columns.manifest().fingerprint(),
                    source.shuffle.epoch(firstEpoch(i, mixtureEpoch) + turn / source.rows()),
                    globalBatch,
                    turn % source.rows(),
                    source.filterDigest()));
        }
        return parts;
    }
}
