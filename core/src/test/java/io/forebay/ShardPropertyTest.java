// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** Each row goes to one rank, in order, equally many to each, for any manifest, world, batch size and thread count. */
class ShardPropertyTest {
    private static final int TRIES = 150;

    private Forebay forebay;

    @BeforeProperty
    void open() {
        forebay = Forebay.builder().threads(3).build();
    }

    @AfterProperty
    void close() {
        forebay.close();
    }

    @Property(tries = TRIES)
    void ranksReadEachRowOnceInOrder(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 9) int world,
            @ForAll @IntRange(min = 1, max = 25) int batchRows) {
        Dataset dataset = dataset(unitRows).batchRows(batchRows);
        List<Long> union = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            union.addAll(Vectors.ids(dataset.shard(rank, world).stream()));
        }
        assertThat(union).isEqualTo(upTo(dataset.rows()));
    }

    @Property(tries = TRIES)
    void ranksAreBalancedToOneRow(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 9) int world) {
        Dataset dataset = dataset(unitRows);
        long share = dataset.rows() / world;
        for (int rank = 0; rank < world; rank++) {
            assertThat(Vectors.ids(dataset.shard(rank, world).stream())).hasSizeBetween((int) share, (int) share + 1);
        }
    }

    @Property(tries = TRIES)
    void everyBatchButTheLastIsFullAndBatchesTile(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 25) int batchRows,
            @ForAll @IntRange(min = 1, max = 7) int divisor) {
        Dataset dataset = dataset(unitRows).batchRows(batchRows);
        Dataset some = divisor == 1 ? dataset : dataset.filter(Filter.col("id").ge(divisor));
        try (BatchStream batches = some.stream()) {
            requireTiles(batches, batchRows, dataset.rows());
        }
    }

    @Property(tries = TRIES)
    void limitAndSampleDeliverThatManyRows(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(max = 60) int limit,
            @ForAll @IntRange(max = 60) int sample,
            @ForAll long seed) {
        Dataset dataset = dataset(unitRows).batchRows(7);
        List<Long> sampled = Vectors.ids(dataset.sample(sample, seed).stream());
        assertThat(sampled)
                .hasSize((int) Math.min(sample, dataset.rows()))
                .isSorted()
                .doesNotHaveDuplicates()
                .isSubsetOf(upTo(dataset.rows()));
        assertThat(Vectors.ids(dataset.sample(sample, seed).limit(limit).stream()))
                .isEqualTo(sampled.subList(0, Math.min(limit, sampled.size())));
    }

    @Property(tries = TRIES)
    void sampleDoesNotDependOnTheWorld(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 5) int world,
            @ForAll long seed) {
        Dataset dataset = dataset(unitRows).sample(10, seed);
        List<Long> union = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            union.addAll(Vectors.ids(dataset.shard(rank, world).stream()));
        }
        assertThat(union).isEqualTo(Vectors.ids(dataset.stream()));
    }

    @Property(tries = 40)
    void threadsDoNotChangeTheStream(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 25) int batchRows) {
        Dataset dataset = dataset(unitRows).batchRows(batchRows);
        List<Checkpoint> expected = checkpoints(dataset.threads(1));
        assertThat(checkpoints(dataset.threads(2))).isEqualTo(expected);
        assertThat(checkpoints(dataset.threads(8))).isEqualTo(expected);
    }

    @Property(tries = TRIES)
    void ranksOpenOnlyTheUnitsTheyTouch(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 9) int world) {
        MemoryTable table = table(unitRows);
        Dataset dataset = forebay.dataset(table.location());
        for (int rank = 0; rank < world; rank++) {
            int openedBefore = table.unitsOpened().size();
            List<Long> ids = Vectors.ids(dataset.shard(rank, world).stream());
            List<Integer> opened = table.unitsOpened()
                    .subList(openedBefore, table.unitsOpened().size());
            assertThat(opened).containsExactlyInAnyOrderElementsOf(unitsOf(ids, unitRows));
        }
        assertThat(table.openReaders()).isZero();
    }

    private static void requireTiles(BatchStream batches, int batchRows, long rows) {
        long row = 0;
        boolean partial = false;
        for (Batch batch : batches) {
            try (batch) {
                assertThat(partial).as("a batch after a partial one").isFalse();
                partial = batch.rows() < batchRows;
                assertThat(batch.firstRow()).isEqualTo(row);
                assertThat(batch.nextRow()).isGreaterThanOrEqualTo(row + batch.rows());
                assertThat(batches.checkpoint()).isEqualTo(batch.checkpoint());
                assertThat(Vectors.ids(batch)).allMatch(id -> id >= batch.firstRow() && id < batch.nextRow());
                row = batch.nextRow();
            }
        }
        assertThat(batches.checkpoint().nextRow()).isEqualTo(rows);
    }

    private static List<Checkpoint> checkpoints(Dataset dataset) {
        List<Checkpoint> states = new ArrayList<>();
        try (BatchStream batches = dataset.stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    states.add(batch.checkpoint());
                }
            }
        }
        return states;
    }

    private static List<Integer> unitsOf(List<Long> ids, List<Integer> unitRows) {
        List<Integer> units = new ArrayList<>();
        long end = 0;
        for (int unit = 0; unit < unitRows.size(); unit++) {
            long first = end;
            end += unitRows.get(unit);
            long unitEnd = end;
            if (ids.stream().anyMatch(id -> id >= first && id < unitEnd)) {
                units.add(unit);
            }
        }
        return units;
    }

    private static List<Long> upTo(long rows) {
        return LongStream.range(0, rows).boxed().toList();
    }

    private static MemoryTable table(List<Integer> unitRows) {
        return MemoryTable.counting(
                unitRows.stream().mapToInt(Integer::intValue).toArray());
    }

    private Dataset dataset(List<Integer> unitRows) {
        return forebay.dataset(table(unitRows).location());
    }
}
