// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.Explainer;
import io.forebay.internal.plan.Manifest;
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
     * all readers still take as many steps.
     */
    public Dataset shuffle(Shuffle order) {
        return with(selection.withShuffle(order));
    }

    /** As {@link #shuffle(Shuffle)}, with the first epoch of a seed. */
    public Dataset shuffle(long seed) {
        return shuffle(Shuffle.seed(seed));
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
        return forebay.stream(shufflePlan(state));
    }

    /**
     * The shuffled order itself, without reading a row; with a filter, its columns are read.
     *
     * @throws ForebayException of kind {@code usage} when the data set has none
     */
    public StepOrder order() {
        return new StepOrder(shufflePlan(null));
    }

    /** As {@link #order()}, from {@code state} on. */
    public StepOrder order(Checkpoint state) {
        return new StepOrder(shufflePlan(state));
    }

    /** Whether rows come in a shuffled order. */
    public boolean isShuffled() {
        return selection.shuffle() != null;
    }

    private ShufflePlan shufflePlan(@Nullable Checkpoint state) {
        if (!isShuffled() || state instanceof Checkpoint.Sequential) {
            throw ForebayException.usage("a resumed read must have the same order as its checkpoint: checkpoint="
                    + (state instanceof Checkpoint.Sequential ? "SEQUENTIAL" : "SHUFFLED") + ", now="
                    + (isShuffled() ? "SHUFFLED" : "SEQUENTIAL"));
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
     * filter's columns are read.
     */
    public Explanation explain() {
        try (BufferAllocator allocator = forebay.newAllocator("explain")) {
            if (!isShuffled()) {
                return Explainer.explain(plan(), allocator);
            }
            ReadPlan allRows = ReadPlan.of(manifest, selection.withShard(0, 1), null);
            return ShuffleExplainer.explain(
                    Explainer.explain(allRows, allocator),
                    shufflePlan(null),
                    forebay.memory().limitBytes());
        }
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
