// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.BadRows;
import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.Shuffle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a caller asked for, as an immutable value; {@code Dataset} changes one part of a copy at a time. */
public final class Selection {
    private static final int BATCH_ROWS_DEFAULT = 8192;

    private @Nullable List<ColumnPath> columns;
    private @Nullable Filter filter;
    private long limit = -1;
    private long sampleRows = -1;
    private long sampleSeed;
    private int rank;
    private int world = 1;
    private int batchRows = BATCH_ROWS_DEFAULT;
    private int threads;
    private boolean prune = true;
    private @Nullable Shuffle shuffle;
    private int globalBatch = -1;
    private boolean localFilter;
    private int prefetch = -1;
    private BadRows badRows = BadRows.fail();

    private Selection(int threads) {
        this.threads = threads;
    }

    private Selection(Selection other) {
        this.columns = other.columns;
        this.filter = other.filter;
        this.limit = other.limit;
        this.sampleRows = other.sampleRows;
        this.sampleSeed = other.sampleSeed;
        this.rank = other.rank;
        this.world = other.world;
        this.batchRows = other.batchRows;
        this.threads = other.threads;
        this.prune = other.prune;
        this.shuffle = other.shuffle;
        this.globalBatch = other.globalBatch;
        this.localFilter = other.localFilter;
        this.prefetch = other.prefetch;
        this.badRows = other.badRows;
    }

    /** All rows and columns, on {@code threads} threads. */
    public static Selection all(int threads) {
        return new Selection(threads);
    }

    public Selection withColumns(@Nullable List<ColumnPath> value) {
        Selection changed = new Selection(this);
        changed.columns = value;
        return changed;
    }

    public Selection withFilter(Filter value) {
        Selection changed = new Selection(this);
        changed.filter = filter == null ? value : filter.and(value);
        return changed;
    }

    public Selection withoutFilter() {
        Selection changed = new Selection(this);
        changed.filter = null;
        return changed;
    }

    public Selection withLimit(long rows) {
        Selection changed = new Selection(this);
        changed.limit = rows;
        return changed;
    }

    public Selection withSample(long rows, long seed) {
        Selection changed = new Selection(this);
        changed.sampleRows = rows;
        changed.sampleSeed = seed;
        return changed;
    }

    public Selection withShard(int newRank, int newWorld) {
        Selection changed = new Selection(this);
        changed.rank = newRank;
        changed.world = newWorld;
        return changed;
    }

    public Selection withBatchRows(int rows) {
        Selection changed = new Selection(this);
        changed.batchRows = rows;
        return changed;
    }

    public Selection withThreads(int count) {
        Selection changed = new Selection(this);
        changed.threads = count;
        return changed;
    }

    public Selection withPrune(boolean value) {
        Selection changed = new Selection(this);
        changed.prune = value;
        return changed;
    }

    public Selection withShuffle(@Nullable Shuffle value) {
        Selection changed = new Selection(this);
        changed.shuffle = value;
        return changed;
    }

    public Selection withGlobalBatch(int rows) {
        Selection changed = new Selection(this);
        changed.globalBatch = rows;
        return changed;
    }

    public Selection withLocalFilter(boolean value) {
        Selection changed = new Selection(this);
        changed.localFilter = value;
        return changed;
    }

    public Selection withPrefetch(int batches) {
        Selection changed = new Selection(this);
        changed.prefetch = batches;
        return changed;
    }

    public Selection withBadRows(BadRows value) {
        Selection changed = new Selection(this);
        changed.badRows = value;
        return changed;
    }

    /** The columns wanted, or null for all. */
    public @Nullable List<ColumnPath> columns() {
        return columns;
    }

    /** Rows must satisfy it, unless null. */
    public @Nullable Filter filter() {
        return filter;
    }

    /** Rows to deliver at most, or −1. */
    public long limit() {
        return limit;
    }

    /** Rows to sample, or −1. */
    public long sampleRows() {
        return sampleRows;
    }

    /** The sample's seed. */
    public long sampleSeed() {
        return sampleSeed;
    }

    /** Which of {@code world} readers. */
    public int rank() {
        return rank;
    }

    /** How many readers share the rows. */
    public int world() {
        return world;
    }

    /** Rows of a full batch. */
    public int batchRows() {
        return batchRows;
    }

    /** Worker threads to decode with at most. */
    public int threads() {
        return threads;
    }

    /** Whether statistics may skip units. */
    public boolean prune() {
        return prune;
    }

    /** The shuffled order, or null for that of the data set. */
    public @Nullable Shuffle shuffle() {
        return shuffle;
    }

    /** Rows that all readers of a shuffled order take in one step, or −1 for {@code batchRows} each. */
    public int globalBatch() {
        return globalBatch;
    }

    /** Batches to decode ahead of the consumer, or −1 for as many as it takes. */
    public int prefetch() {
        return prefetch;
    }

    /** What is done about rows that cannot be read. */
    public BadRows badRows() {
        return badRows;
    }

    /** Whether there is an order that is shuffled, and a filter that drops rows of it as they stream. */
    public boolean isLocallyFiltered() {
        return shuffle != null && filter != null && localFilter;
    }

    /** Digest of what selects rows, or null when every row is wanted. */
    public @Nullable String digest() {
        if (filter == null && sampleRows < 0) {
            return null;
        }
        Digest digest = new Digest().add(String.valueOf(filter));
        return (sampleRows < 0 ? digest : digest.add(sampleRows).add(sampleSeed)).finish();
    }
}
