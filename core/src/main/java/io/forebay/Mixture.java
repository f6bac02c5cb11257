// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.MixturePlan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Several shuffled data sets as one, by integer weights, for training: of the first g rows, a data set of weight w has g·w/Σw, give or
 * take less than one, wherever g lies. Like a shuffled data set, the mixture has the same rows in the same order for every number of
 * readers, threads and depth of prefetching, and goes on exactly where it was left.
 *
 * <p>An immutable value: every method that changes it returns another one. Thread-safe; valid as long as the context of its data sets
 * is open.
 */
public final class Mixture {
    private final List<Weighted> datasets;
    private final Until until;
    private final long epoch;
    private final int rank;
    private final int world;
    private final int globalBatch;

    /** When an epoch of a mixture ends. */
    public enum Until {
        /** Before a data set would start over: no row comes twice, and of the other data sets some do not come at all. */
        FIRST_EXHAUSTED,

        /** When every row of every data set has come: smaller data sets start over, each time in another order. */
        ALL_EXHAUSTED
    }

    private record Weighted(Dataset dataset, int weight) {}

    private Mixture(List<Weighted> datasets, Until until, long epoch, int rank, int world, int globalBatch) {
        this.datasets = List.copyOf(datasets);
        this.until = until;
        this.epoch = epoch;
        this.rank = rank;
        this.world = world;
        this.globalBatch = globalBatch;
    }

    /**
     * A mixture of one data set, to which {@link #and} adds others: it ends when one of them does, and has global batches of 8,192 rows.
     *
     * @param dataset one that is shuffled; its own shard, global batch and tail do not matter
     * @param weight at least 1
     */
    public static Mixture of(Dataset dataset, int weight) {
        return new Mixture(List.of(weighted(dataset, weight)), Until.FIRST_EXHAUSTED, 0, 0, 1, 8192);
    }

    /** As well a data set of the same context, with the same columns. */
    public Mixture and(Dataset dataset, int weight) {
        if (dataset.context() != context()) {
            throw ForebayException.usage(
                    "the data sets of a mixture must have one context: dataset " + datasets.size() + " has another");
        }
        List<Weighted> more = new ArrayList<>(datasets);
        more.add(weighted(dataset, weight));
        return new Mixture(more, until, epoch, rank, world, globalBatch);
    }

    private static Weighted weighted(Dataset dataset, int weight) {
        if (weight < 1) {
            throw ForebayException.usage("a weight must be positive: weight=" + weight);
        }
        return new Weighted(dataset, weight);
    }

    /** When an epoch ends. */
    public Mixture until(Until value) {
        return new Mixture(datasets, value, epoch, rank, world, globalBatch);
    }

    /** Which pass over the mixture, from 0: data sets are in their next epochs in each. */
    public Mixture epoch(long value) {
        if (value < 0) {
            throw ForebayException.usage("an epoch must not be negative: epoch=" + value);
        }
        return new Mixture(datasets, until, value, rank, world, globalBatch);
    }

    /** Rows that all readers take in one step: a multiple of the world's size. */
    public Mixture globalBatch(int rows) {
        if (rows < 1) {
            throw ForebayException.usage("a global batch must have rows: globalBatch=" + rows);
        }
        return new Mixture(datasets, until, epoch, rank, world, rows);
    }

    /** The rows of reader {@code rank} of {@code world}: the places of the mixture that are its rank modulo the world's size. */
    public Mixture shard(int newRank, int newWorld) {
        if (newWorld < 1 || newRank < 0 || newRank >= newWorld) {
            throw ForebayException.usage("a rank must lie within its world: rank=" + newRank + ", world=" + newWorld);
        }
        return new Mixture(datasets, until, epoch, newRank, newWorld, globalBatch);
    }

    /** Only these columns of all data sets, in this order; paths as {@link ColumnPath#parse} reads them. */
    public Mixture select(String... columns) {
        return select(Arrays.stream(columns).map(ColumnPath::parse).toList());
    }

    /** As {@link #select(String...)}. */
    public Mixture select(List<ColumnPath> columns) {
        List<Weighted> selected = datasets.stream()
                .map(one -> new Weighted(one.dataset.select(columns), one.weight))
                .toList();
        return new Mixture(selected, until, epoch, rank, world, globalBatch);
    }

    /** The context that reads it. */
    public Forebay context() {
        return datasets.get(0).dataset.context();
    }

    /** The columns of the batches that a stream delivers. */
    public Schema schema() {
        return datasets.get(0).dataset.schema();
    }

    /**
     * Starts to read an epoch. All batches have the global batch's share of rows; what does not fill one at the end is left out where the
     * first data set's end is the epoch's, and is filled with the rows that come next where it is the last one's. {@link Batch#rowNumbers} counts rows as if the data sets lay one behind the other, in the order in which they were given.
     *
     * @throws ForebayException of kind {@code usage} for data sets that are not shuffled, have no rows or other columns, {@code
     *     limit} when the memory budget is too small for all of them
     */
    public BatchStream stream() {
        return context().stream(plan(null));
    }

    /**
     * Goes on where {@code state} was taken.
     *
     * @throws ForebayException of kind {@code usage} when this is not the mixture that the state belongs to, naming the field that
     *     differs and both values
     */
    public BatchStream stream(Checkpoint state) {
        return context().stream(plan(state));
    }

    /** The order itself, without reading a row; of data sets with a filter, its columns are read. */
    public StepOrder order() {
        return new StepOrder(plan(null));
    }

    /** As {@link #order()}, from {@code state} on. */
    public StepOrder order(Checkpoint state) {
        return new StepOrder(plan(state));
    }

    private MixturePlan plan(@Nullable Checkpoint state) {
        if (state != null && !(state instanceof Checkpoint.Mixed)) {
            throw ForebayException.usage("a mixture goes on from the state of a mixture: state=" + state.toJson());
        }
        List<MixturePlan.Source> sources = datasets.stream()
                .map(one -> one.dataset.mixtureSource(one.weight))
                .toList();
        return MixturePlan.of(sources, until, rank, world, globalBatch, epoch, (Checkpoint.Mixed) state);
    }
}
