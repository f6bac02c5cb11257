// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Shuffle.Tail;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** Shuffled streams deliver the rows of their order, whoever reads them, and go on from wherever they were left. */
class ShuffleStreamTest {
    /** A data set and a way to read it. */
    record Reading(
            List<Integer> unitRows,
            int lanes,
            int window,
            long seed,
            int batchRows,
            int world,
            Tail tail,
            int threads,
            boolean oneLane) {
        int globalBatch() {
            return batchRows * 12;
        }

        Shuffle shuffle() {
            return Shuffle.seed(seed).lanes(lanes).window(window).tail(tail);
        }
    }

    @Provide
    Arbitrary<Reading> readings() {
        Arbitrary<List<Integer>> units = Arbitraries.oneOf(
                        Arbitraries.of(0, 1, 2),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(1, 300))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
        return Combinators.combine(
                        units,
                        Arbitraries.of(1, 2, 3, 4, 6, 12, 24, 48),
                        Arbitraries.of(1, 7, 32, 128),
                        Arbitraries.longs(),
                        Arbitraries.of(1, 2, 5),
                        Arbitraries.of(1, 2, 3, 4, 6, 12),
                        Arbitraries.of(Tail.class),
                        Combinators.combine(Arbitraries.of(1, 2, 4), Arbitraries.of(true, false))
                                .as((threads, lane) -> new Object[] {threads, lane}))
                .as((unitRows, lanes, window, seed, batchRows, world, tail, rest) -> new Reading(
                        unitRows, lanes, window, seed, batchRows, world, tail, (int) rest[0], (boolean) rest[1]));
    }

    @Property(tries = 150)
    void everyRankDeliversTheRowsOfItsOrder(@ForAll("readings") Reading reading) {
        MemoryTable table = table(reading);
        try (Forebay forebay = Forebay.builder()
                .threads(reading.threads)
                .trackAllocations(true)
                .build()) {
            for (int rank = 0; rank < reading.world; rank++) {
                Dataset dataset = dataset(forebay, table, reading, rank);
                StepOrder order = dataset.order();
                List<List<Long>> expected = new ArrayList<>();
                for (long step = 0; step < order.steps(); step++) {
                    expected.add(Arrays.stream(order.rows(step)).boxed().toList());
                }
                assertThat(delivered(dataset)).isEqualTo(expected);
            }
        }
        assertThat(table.openReaders()).isZero();
    }

    /** The rows that pass are counted as if there were no others. */
    @Property(tries = 60)
    void aFilteredOrderIsOneOfTheRowsThatPass(
            @ForAll("readings") Reading reading, @ForAll @IntRange(min = 1, max = 9) int part) {
        MemoryTable table = table(reading).withBounds();
        try (Forebay forebay = Forebay.builder()
                .threads(reading.threads)
                .trackAllocations(true)
                .build()) {
            List<Long> passing = new ArrayList<>();
            int rows = reading.unitRows.stream().mapToInt(Integer::intValue).sum();
            for (long row = 0; row < rows; row++) {
                if (row * 7919 % 10 < part && row != 40) {
                    passing.add(row);
                }
            }
            List<Object> literals = new ArrayList<>(passing);
            literals.add(-1L);
            Filter filter = Filter.col("id").oneOf(literals.toArray());
            Dataset dataset = dataset(forebay, table, reading, 0).filter(filter);
            StepOrder order = dataset.order();
            long step = 0;
            try (BatchStream stream = dataset.stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        long[] expected = order.rows(step++);
                        List<Long> ids = Vectors.ids(batch);
                        assertThat(ids).hasSameSizeAs(expected);
                        for (int i = 0; i < expected.length; i++) {
                            if (expected[i] != StepOrder.PADDING) {
                                assertThat(ids.get(i)).isEqualTo(passing.get((int) expected[i]));
                            }
                        }
                    }
                }
            }
            long batches = reading.tail == Tail.DROP
                    ? passing.size() / reading.globalBatch()
                    : (passing.size() + reading.globalBatch() - 1) / reading.globalBatch();
            assertThat(step).isEqualTo(batches).isEqualTo(order.steps());
        }
        assertThat(table.openReaders()).isZero();
    }

    /** Batches as lists of row numbers, −1 in slots that the order says are only filled up. */
    private static List<List<Long>> delivered(Dataset dataset) {
        StepOrder order = dataset.order();
        List<List<Long>> batches = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(-1));
            for (Batch batch : stream) {
                try (batch) {
                    List<Long> ids = new ArrayList<>(Vectors.ids(batch));
                    long[] rows = order.rows(batches.size());
                    for (int i = 0; i < rows.length; i++) {
                        ids.set(i, rows[i] == StepOrder.PADDING ? StepOrder.PADDING : ids.get(i));
                    }
                    assertThat(batch.rowNumbers()).isEqualTo(rows);
                    assertThat(batch.validRows()).isEqualTo((int) Arrays.stream(rows)
                            .filter(row -> row != StepOrder.PADDING)
                            .count());
                    assertThat(batch.checkpoint()).isEqualTo(order.stateAfter(batches.size()));
                    batches.add(ids);
                }
            }
        }
        return batches;
    }

    /** What is drawn at random for a row is the same whoever reads it, and something else in another epoch. */
    @Property(tries = 60)
    void rowsHaveSeedsOfTheirOwn(@ForAll("readings") Reading reading) {
        MemoryTable table = table(reading);
        try (Forebay forebay = Forebay.builder().threads(reading.threads).build()) {
            Map<Long, Long> seeds = new HashMap<>();
            for (int rank = 0; rank < reading.world; rank++) {
                seeds.putAll(seedsByRow(dataset(forebay, table, reading, rank)));
            }
            Dataset alone = dataset(forebay, table, reading, 0).shard(0, 1);
            assertThat(seeds).isEqualTo(seedsByRow(alone));
            Map<Long, Long> next = seedsByRow(alone.shuffle(reading.shuffle().epoch(1)));
            assertThat(new HashSet<>(seeds.values())).hasSameSizeAs(seeds.keySet());
            assertThat(next.values()).noneMatch(new HashSet<>(seeds.values())::contains);
        }
    }

    /** Training goes on after an upgrade: seeds never change. Drawn by the executable model of orders. */
    @Example
    void seedsAreTheseForEver() {
        assertThat(Shuffle.seed(42).rowSeed(0)).isEqualTo(-2449065434712464403L);
        assertThat(Shuffle.seed(42).rowSeed(1)).isEqualTo(-5586492335406874441L);
        assertThat(Shuffle.seed(42).epoch(1).rowSeed(0)).isEqualTo(8447034982908484161L);
        assertThat(Shuffle.seed(-1).epoch(3).rowSeed(12_345_678_901L)).isEqualTo(-1237082525296303714L);
    }

    private static Map<Long, Long> seedsByRow(Dataset dataset) {
        Map<Long, Long> seeds = new HashMap<>();
        try (BatchStream stream = dataset.stream()) {
            Shuffle shuffle = ((Checkpoint.Shuffled) stream.checkpoint()).shuffle();
            for (Batch batch : stream) {
                try (batch) {
                    long[] numbers = batch.rowNumbers();
                    for (int row = 0; row < batch.validRows(); row++) {
                        seeds.put(Vectors.ids(batch).get(row), shuffle.rowSeed(numbers[row]));
                    }
                }
            }
        }
        return seeds;
    }

    /** The rows that pass lie at the start of a long unit, and one at its end. */
    @Example
    void rowsThatPassMayLieFarApart() {
        MemoryTable table = MemoryTable.counting(30_000, 10);
        try (Forebay forebay =
                Forebay.builder().threads(2).trackAllocations(true).build()) {
            Dataset dataset = forebay.dataset(table.location())
                    .filter(Filter.parse("id < 9000 or id = 29990"))
                    .shuffle(Shuffle.seed(1).lanes(4).window(50).tail(Tail.RAGGED))
                    .globalBatch(100);
            List<Long> ids = new ArrayList<>();
            try (BatchStream stream = dataset.stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        ids.addAll(Vectors.ids(batch));
                    }
                }
            }
            assertThat(ids)
                    .hasSize(9001)
                    .doesNotHaveDuplicates()
                    .contains(29_990L)
                    .allMatch(id -> id < 9000 || id == 29_990);
        }
    }

    private static MemoryTable table(Reading reading) {
        MemoryTable table = MemoryTable.counting(
                reading.unitRows.stream().mapToInt(Integer::intValue).toArray());
        return reading.oneLane ? table.oneLane() : table;
    }

    private static Dataset dataset(Forebay forebay, MemoryTable table, Reading reading, int rank) {
        return forebay.dataset(table.location())
                .shuffle(reading.shuffle())
                .globalBatch(reading.globalBatch())
                .shard(rank, reading.world);
    }
}
