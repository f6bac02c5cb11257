// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.BadRows;
import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.Shuffle;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a caller asked for, as a value; {@code Dataset} changes one component at a time.
 *
 * @param columns the columns wanted, or null for all
 * @param filter rows must satisfy it, unless null
 * @param limit rows to deliver at most, or −1
 * @param sampleRows rows to sample, or −1
 * @param sampleSeed the sample's seed
 * @param rank which of {@code world} readers
 * @param world how many readers share the rows
 * @param batchRows rows of a full batch
 * @param threads worker threads to decode with at most
 * @param prune whether statistics may skip units
 * @param shuffle the shuffled order, or null for that of the data set
 * @param globalBatch rows that all readers of a shuffled order take in one step, or −1 for {@code batchRows} each
 * @param badRows what is done about rows that cannot be read
 */
public record Selection(
        @Nullable List<ColumnPath> columns,
        @Nullable Filter filter,
        long limit,
        long sampleRows,
        long sampleSeed,
        int rank,
        int world,
        int batchRows,
        int threads,
        boolean prune,
        @Nullable Shuffle shuffle,
        int globalBatch,
        BadRows badRows) {
    private static final int BATCH_ROWS_DEFAULT = 8192;

    /** All rows and columns, on {@code threads} threads. */
    public static Selection all(int threads) {
        return new Selection(null, null, -1, -1, 0, 0, 1, BATCH_ROWS_DEFAULT, threads, true, null, -1, BadRows.fail());
    }

    public Selection withColumns(@Nullable List<ColumnPath> value) {
        return new Selection(
                value,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withFilter(Filter value) {
        Filter both = filter == null ? value : filter.and(value);
        return new Selection(
                columns,
                both,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withoutFilter() {
        return new Selection(
                columns,
                null,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withLimit(long value) {
        return new Selection(
                columns,
                filter,
                value,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withSample(long rows, long seed) {
        return new Selection(
                columns,
                filter,
                limit,
                rows,
                seed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withShard(int newRank, int newWorld) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                newRank,
                newWorld,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withBatchRows(int value) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                value,
                threads,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withThreads(int value) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                value,
                prune,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withPrune(boolean value) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                value,
                shuffle,
                globalBatch,
                badRows);
    }

    public Selection withShuffle(@Nullable Shuffle value) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                value,
                globalBatch,
                badRows);
    }

    public Selection withGlobalBatch(int rows) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                rows,
                badRows);
    }

    public Selection withBadRows(BadRows value) {
        return new Selection(
                columns,
                filter,
                limit,
                sampleRows,
                sampleSeed,
                rank,
                world,
                batchRows,
                threads,
                prune,
                shuffle,
                globalBatch,
                value);
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
