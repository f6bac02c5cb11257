// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.Explainer;
import io.forebay.internal.plan.LocalFilterPlan;
import io.forebay.internal.plan.Manifest;
import io.forebay.internal.plan.MixturePlan;
import io.forebay.internal.plan.ReadOrder;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.internal.plan.SelectedRows;
import io.forebay.internal.plan.Selection;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.profile.Profiler;
import io.forebay.internal.shuffle.ShuffleExplainer;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A table spread over files, and what is wanted of it. An immutable value: every method that narrows it returns another
 * one. Thread-safe; valid as long as its context is open.
 */
public final class Dataset {
    private final Forebay forebay;
    private final Manifest manifest;
    private final Selection selection;

    Dataset(Forebay forebay, Manifest manifest, Selection selection) {
        this.forebay = forebay;
        this.manifest = manifest;
        this.selection = selection;
    }

    /** Only these columns, in this order; paths as {@link ColumnPath#parse} reads them. */
    public Dataset select(String... columns) {
        return select(Arrays.stream(columns).map(ColumnPath::parse).toList());
    }

    /** As {@link #select(String...)}. */
    public Dataset select(List<ColumnPath> columns) {
        return with(selection.withColumns(List.copyOf(columns)));
    }

    /**
     * The same values of a top-level column in another layout: strings and binary with 64-bit offsets or as views, lists with
     * 64-bit offsets or, where they all have that length, of a fixed size, as models want embeddings.
     *
     * @throws MissingColumnException for a column that is not there
     * @throws ForebayException of kind {@code usage} for a type that is no layout of the column's; a list of another length is
     *     found when it is read, and {@code unsupported}
     */
    public Dataset layout(String column, ArrowType type) {
        return new Dataset(forebay, manifest.withLayout(column, type), selection);
    }

    /**
     * A top-level column of strings or binary as indices into a dictionary: its vectors are {@link DictionaryVector}s, each with
     * its own dictionary, and the schema keeps the type of the values, with an encoding. Of Parquet files it is the file's own
     * dictionary, passed through, as long as a batch has no value outside it and none of another row group; otherwise one of
     * the values that the batch has.
     *
     * @throws MissingColumnException for a column that is not there
     * @throws ForebayException of kind {@code usage} for a column of another type or layout
     */
    public Dataset dictionary(String column) {
        return new Dataset(forebay, manifest.withDictionary(column), selection);
    }

    /** Only rows of which the condition is true; several filters must all be. */
    public Dataset filter(Filter filter) {
        return with(selection.withFilter(filter));
    }

    /** At most this many rows, counted after filters, for each stream. */
    public Dataset limit(long rows) {
        requireNotNegative("limit", rows);
        return with(selection.withLimit(rows));
    }

    /** A uniform sample of this many rows of the data set, before filters; the same for the same seed and data. */
    public Dataset sample(long rows, long seed) {
        requireNotNegative("sample", rows);
        return with(selection.withSample(rows, seed));
    }

    /** The data set of the units {@code [from, to)} alone (for Parquet: row groups, counted over all files). */
    public Dataset units(int from, int to) {
        return new Dataset(forebay, manifest.slice(from, to), selection);
    }

    /** The contiguous share of the rows that belongs to reader {@code rank} of {@code world}, equal to one row. */
    public Dataset shard(int rank, int world) {
        if (world < 1 || rank < 0 || rank >= world) {
            throw ForebayException.usage("a rank must lie within its world: rank=" + rank + ", world=" + world);
        }
        return with(selection.withShard(rank, world));
    }

    /**
     * The rows in a shuffled order, for training: {@link #stream} then delivers one epoch of it, to reader {@code rank} of {@code world}
     * the places of the order that are its rank modulo the world's size.
     *
     * <p>A filter's columns are read first, once for each context, to find the rows that pass: these alone are in the order, so that
     * all readers still take as many steps. {@link #filterLocally} has another way.
     */
    public Dataset shuffle(Shuffle order) {
        return with(selection.withShuffle(order));
    }

    /** As {@link #shuffle(Shuffle)}, with the first epoch of a seed. */
    public Dataset shuffle(long seed) {
        return shuffle(Shuffle.seed(seed));
    }

    /**
     * Whether the filter of a shuffled order drops rows as they stream, and its columns are not read first; they are unless told
     * otherwise. The order is then one of all rows, and a reader fills its batches with those of its places that pass. So readers
     * get different numbers of rows and may take <b>different numbers of steps</b>: none of them must wait for another one in each
     * step. A state is a {@link Checkpoint.LocallyFiltered}, which belongs to its reader; there is no {@link #order()}, and the
     * tail is that of each reader, which must not be padded. Without a filter, or in the order of the data set, it changes nothing.
     */
    public Dataset filterLocally(boolean value) {
        return with(selection.withLocalFilter(value));
    }

    /**
     * Rows that all readers of a shuffled order take in one step: a multiple of the world's size, each reader's batches have an equal
     * part. Unless set, it is the batch rows for each reader.
     */
    public Dataset globalBatch(int rows) {
        if (rows < 1) {
            throw ForebayException.usage("a global batch must have rows: globalBatch=" + rows);
        }
        return with(selection.withGlobalBatch(rows));
    }

    /**
     * What streams do about rows that cannot be read; they fail unless told otherwise. Rows that a filter cannot be evaluated on are
     * counted, and left out; in a shuffled order, where a filter's columns are read before the first batch, such a row always is a
     * failure. {@link #profile} and model scoring take no data set that goes on.
     */
    public Dataset badRows(BadRows value) {
        return with(selection.withBadRows(value));
    }

    /** What streams do about rows that cannot be read. */
    public BadRows badRows() {
        return selection.badRows();
    }

    /** Rows of a full batch; 8192 unless set. */
    public Dataset batchRows(int rows) {
        if (rows < 1) {
            throw ForebayException.usage("batch rows must be positive: batchRows=" + rows);
        }
        return with(selection.withBatchRows(rows));
    }

    /** Decodes with at most this many of the context's threads; all of them unless set. */
    public Dataset threads(int count) {
        if (count < 1) {
            throw ForebayException.usage("threads must be positive: threads=" + count);
        }
        return with(selection.withThreads(count));
    }

    /**
     * Decodes about this many batches ahead of the one that the consumer waits for, as far as memory allows, and no more: runs of rows
     * of one unit where these are shorter than batches, and whole blocks of a shuffled order. Unless set, the number follows the
     * consumer: it grows while threads would be idle, and stays where the consumer is the slower one; of a shuffled order it is a block.
     * It changes nothing of the batches.
     */
    public Dataset prefetch(int batches) {
        requireNotNegative("prefetch", batches);
        return with(selection.withPrefetch(batches));
    }

    /** Whether statistics may skip units that cannot match the filter; they do unless told otherwise. */
    public Dataset prune(boolean value) {
        return with(selection.withPrune(value));
    }

    /** The context that reads it. */
    public Forebay context() {
        return forebay;
    }

    /** The columns of the batches that a stream delivers. */
    public Schema schema() {
        return plan().outputSchema();
    }

    /** Rows of the whole data set, before filter, limit, sample and shard. */
    public long rows() {
        return manifest.rows();
    }

    /** Units of the whole data set. */
    public int unitCount() {
        return manifest.units().size();
    }

    /**
     * Starts to read.
     *
     * @throws MissingColumnException for a column that is not there
     * @throws ForebayException of kind {@code usage} for a filter that does not fit, {@code unsupported} for a column
     *     that cannot be read
     */
    public BatchStream stream() {
        if (selection.isLocallyFiltered()) {
            return forebay.stream(LocalFilterPlan.of(manifest, selection, null));
        }
        return isShuffled() ? forebay.stream(shufflePlan(null)) : forebay.stream(plan());
    }

    /**
     * Goes on where {@code state} was taken: delivers exactly the rows that followed.
     *
     * @throws ForebayException of kind {@code usage} when this is not the read that the state belongs to, naming the
     *     field that differs and both values
     */
    public BatchStream stream(Checkpoint state) {
        if (state instanceof Checkpoint.Sequential sequential && !isShuffled()) {
            return forebay.stream(ReadPlan.of(manifest, selection, sequential));
        }
        if (state instanceof Checkpoint.LocallyFiltered local && selection.isLocallyFiltered()) {
            return forebay.stream(LocalFilterPlan.of(manifest, selection, local));
        }
        return forebay.stream(shufflePlan(state));
    }

    /**
     * The shuffled order itself, without reading a row; with a filter, its columns are read.
     *
     * @throws ForebayException of kind {@code usage} when the data set has none, {@code unsupported} when its filter is local: steps
     *     then show when rows are read
     */
    public StepOrder order() {
        requireStepsKnown();
        return new StepOrder(shufflePlan(null));
    }

    /** As {@link #order()}, from {@code state} on. */
    public StepOrder order(Checkpoint state) {
        requireStepsKnown();
        return new StepOrder(shufflePlan(state));
    }

    /** Whether rows come in a shuffled order. */
    public boolean isShuffled() {
        return selection.shuffle() != null;
    }

    /** What a mixture takes from it. */
    MixturePlan.Source mixtureSource(int weight) {
        if (!isShuffled()) {
            throw ForebayException.usage("the data sets of a mixture must be shuffled: dataset=" + manifest.name());
        }
        if (selection.isLocallyFiltered()) {
            throw ForebayException.unsupported("a data set of a mixture is not filtered locally: dataset="
                    + manifest.name() + ", filter=" + selection.filter());
        }
        ShufflePlan.requireFits(manifest, selection.withShard(0, 1), null);
        SelectedRows selected = selection.filter() == null ? null : forebay.selectedRows(manifest, selection);
        return MixturePlan.Source.of(manifest, selection, selected, weight);
    }

    private void requireStepsKnown() {
        if (selection.isLocallyFiltered()) {
            throw ForebayException.unsupported(
                    "an order of steps must not have a local filter, which decides them as rows are read: filter="
                            + selection.filter());
        }
    }

    private ShufflePlan shufflePlan(@Nullable Checkpoint state) {
        ReadOrder now = ReadOrder.of(selection);
        ReadOrder saved = state == null ? ReadOrder.SHUFFLED : ReadOrder.of(state);
        if (now != ReadOrder.SHUFFLED || saved != ReadOrder.SHUFFLED) {
            throw ForebayException.usage(
                    "a resumed read must have the same order as its checkpoint: checkpoint=" + saved + ", now=" + now);
        }
        Checkpoint.Shuffled shuffled = (Checkpoint.Shuffled) state;
        ShufflePlan.requireFits(manifest, selection, shuffled);
        SelectedRows selected = selection.filter() == null ? null : forebay.selectedRows(manifest, selection);
        return ShufflePlan.of(manifest, selection, selected, shuffled);
    }

    /**
     * Reads all rows and sums up each column, with the {@code topValues} most frequent values of it.
     *
     * @throws ForebayException of kind {@code unsupported} unless bad rows are failures
     */
    public Profile profile(int topValues) {
        requireNotNegative("topValues", topValues);
        if (badRows().policy() != BadRows.Policy.FAIL) {
            throw ForebayException.unsupported("a profile must be of rows that can be read: badRows="
                    + badRows().policy());
        }
        try (BatchStream batches = forebay.stream(plan())) {
            return Profiler.run(batches, manifest, plan().fields(), topValues);
        }
    }

    /**
     * What a stream would read, without reading it. With a filter, the indexes of its units are looked at; in a shuffled order, the
     * filter's columns are read, unless it is local.
     */
    public Explanation explain() {
        try (BufferAllocator allocator = forebay.newAllocator("explain")) {
            if (!isShuffled()) {
                return Explainer.explain(plan(), allocator);
            }
            if (selection.isLocallyFiltered()) {
                return explainLocal(allocator);
            }
            ReadPlan allRows = ReadPlan.of(manifest, selection.withShard(0, 1), null);
            return ShuffleExplainer.explain(
                    Explainer.explain(allRows, allocator),
                    shufflePlan(null),
                    forebay.memory().limitBytes());
        }
    }

    /** No claim of the data rules out a row that is dropped as it streams: everything is read. */
    private Explanation explainLocal(BufferAllocator allocator) {
        ReadPlan everything = ReadPlan.of(manifest, selection.withShard(0, 1).withPrune(false), null);
        return ShuffleExplainer.explain(
                Explainer.explain(everything, allocator),
                LocalFilterPlan.of(manifest, selection, null),
                forebay.memory().limitBytes());
    }

    private ReadPlan plan() {
        return ReadPlan.of(manifest, selection, null);
    }

    private Dataset with(Selection changed) {
        return new Dataset(forebay, manifest, changed);
    }

    private static void requireNotNegative(String what, long value) {
        if (value < 0) {
            throw ForebayException.usage(what + " must not be negative: " + what + "=" + value);
        }
    }
}
