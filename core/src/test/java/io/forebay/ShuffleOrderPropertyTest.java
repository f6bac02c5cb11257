// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Shuffle.Tail;
import io.forebay.testkit.MemoryTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.junit.jupiter.api.Assertions;

/** What orders promise for any manifest, whoever reads: every row once, equal steps, one state for all. */
class ShuffleOrderPropertyTest {
    private static final int TRIES = 150;

    private Forebay forebay;

    @BeforeProperty
    void open() {
        forebay = Forebay.builder().threads(1).build();
    }

    @AfterProperty
    void close() {
        forebay.close();
    }

    @Provide
    Arbitrary<OrderCase> cases() {
        return OrderCase.any();
    }

    @Property(tries = TRIES)
    void allRanksTogetherGetEachRowOnce(@ForAll("cases") OrderCase one) {
        Dataset dataset = dataset(one);
        for (int world : OrderCase.WORLDS) {
            List<Long> rows = OrderCase.globalBatches(dataset, world).stream()
                    .flatMap(List::stream)
                    .filter(row -> row != StepOrder.PADDING)
                    .toList();
            if (one.shuffle().tail() == Tail.DROP) {
                assertThat(rows)
                        .hasSize(one.rows() - one.rows() % one.globalBatch())
                        .doesNotHaveDuplicates()
                        .allMatch(row -> row >= 0 && row < one.rows());
            } else {
                assertThat(rows)
                        .containsExactlyInAnyOrderElementsOf(
                                LongStream.range(0, one.rows()).boxed().toList());
            }
        }
    }

    @Property(tries = TRIES)
    void globalBatchesAndStatesAreTheSameForEveryWorld(@ForAll("cases") OrderCase one) {
        Dataset dataset = dataset(one);
        List<List<Long>> expected = OrderCase.globalBatches(dataset, 1);
        List<Checkpoint> states = states(dataset.order());
        for (int world : OrderCase.WORLDS) {
            assertThat(OrderCase.globalBatches(dataset, world)).isEqualTo(expected);
            for (int rank = 0; rank < world; rank++) {
                assertThat(states(dataset.shard(rank, world).order())).isEqualTo(states);
            }
        }
        assertThat(states).allMatch(state -> state.toJson().length() <= Checkpoint.JSON_BYTES_MAX);
    }

    @Property(tries = TRIES)
    void allRanksTakeEquallyManyStepsOfEqualBatches(@ForAll("cases") OrderCase one) {
        long full = one.rows() / one.globalBatch();
        long steps = one.shuffle().tail() == Tail.DROP || one.rows() % one.globalBatch() == 0 ? full : full + 1;
        for (int world : OrderCase.WORLDS) {
            for (int rank = 0; rank < world; rank++) {
                StepOrder order = dataset(one).shard(rank, world).order();
                assertThat(order.steps()).isEqualTo(steps);
                for (long step = 0; step < steps; step++) {
                    int share = one.globalBatch() / world;
                    boolean ragged = one.shuffle().tail() == Tail.RAGGED && step == full;
                    assertThat(order.rows(step).length).isBetween(ragged ? 0 : share, share);
                }
            }
        }
    }

    /** Rows come in the same order for every global batch, and a change of it at any state neither loses nor repeats one. */
    @Property(tries = TRIES)
    void aChangedGlobalBatchGoesOnWithTheNextRow(
            @ForAll("cases") OrderCase any, @ForAll("otherBatches") int otherBatch) {
        Dataset dataset = dataset(any.tail(Tail.RAGGED));
        List<Long> epoch = flat(OrderCase.globalBatches(dataset, 1));
        StepOrder order = dataset.order();
        Dataset other = dataset.globalBatch(otherBatch);
        assertThat(flat(OrderCase.globalBatches(other, 1))).isEqualTo(epoch);
        for (long step = 0; step + 1 < order.steps(); step++) {
            Checkpoint.Shuffled state = (Checkpoint.Shuffled) order.stateAfter(step);
            StepOrder rest = other.order(state.withGlobalBatch(otherBatch));
            List<Long> rows = new ArrayList<>(epoch.subList(0, (int) state.nextRow()));
            for (long i = 0; i < rest.steps(); i++) {
                LongStream.of(rest.rows(i)).forEach(rows::add);
            }
            assertThat(rows).isEqualTo(epoch);
            assertThat(rest.stateAfter(rest.steps() - 1).nextRow()).isZero();
        }
    }

    @Provide
    Arbitrary<Integer> otherBatches() {
        return Arbitraries.of(1, 5, 12, 48, 1000);
    }

    @Property(tries = TRIES)
    void anEpochEndsInTheStateThatTheNextOneStartsWith(@ForAll("cases") OrderCase one) {
        Dataset dataset = dataset(one);
        StepOrder order = dataset.order();
        Checkpoint end = order.stateAfter(order.steps() - 1);
        Dataset next = dataset.shuffle(one.shuffle().epoch(one.shuffle().epoch() + 1));
        assertThat(((Checkpoint.Shuffled) end).shuffle().epoch())
                .isEqualTo(one.shuffle().epoch() + 1);
        assertThat(end.nextRow()).isZero();
        if (order.steps() > 0) {
            assertThat(end).isEqualTo(next.order().stateAfter(-1));
        }
        assertThat(flat(OrderCase.globalBatches(dataset, 1)).size())
                .isEqualTo(flat(OrderCase.globalBatches(next, 1)).size());
    }

    /** An epoch or a seed that the keys forgot would repeat the order of another. */
    @Example
    void epochsAndSeedsHaveOrdersOfTheirOwn() {
        Dataset dataset =
                forebay.dataset(MemoryTable.counting(50, 60, 70).location()).globalBatch(12);
        List<List<Long>> orders = new ArrayList<>();
        for (long seed : new long[] {0, 1, -1, Long.MIN_VALUE}) {
            for (long epoch : new long[] {0, 1, Long.MAX_VALUE - 1}) {
                Shuffle shuffle = new Shuffle(seed, epoch, 6, 8, Tail.RAGGED, null);
                orders.add(flat(OrderCase.globalBatches(dataset.shuffle(shuffle), 1)));
            }
        }
        assertThat(orders).doesNotHaveDuplicates();
    }

    /** Whoever counts rows, or lists them, never ends: there are 3 · 2^40 of them. */
    @Example
    void ordersOfAnyNumberOfRowsArePlannedAtOnce() {
        MemoryTable table = MemoryTable.counting(0, 0, 0).claimingRows(1L << 40);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            Dataset dataset = forebay.dataset(table.location()).shuffle(7).globalBatch(960);
            long steps = (3L << 40) / 960;
            List<Long> rows = new ArrayList<>();
            for (int rank = 0; rank < 8; rank++) {
                StepOrder order = dataset.shard(rank, 8).order();
                assertThat(order.steps()).isEqualTo(steps);
                for (long step : new long[] {0, steps / 2, steps - 1}) {
                    LongStream.of(order.rows(step)).forEach(rows::add);
                }
                Checkpoint state = order.stateAfter(steps / 2 - 1);
                assertThat(dataset.shard(rank, 8).order(state).rows(0)).isEqualTo(order.rows(steps / 2));
            }
            assertThat(rows).hasSize(3 * 960).doesNotHaveDuplicates().allMatch(row -> row >= 0 && row < 3L << 40);
        });
    }

    private Dataset dataset(OrderCase one) {
        return one.dataset(forebay, one.table());
    }

    private static List<Checkpoint> states(StepOrder order) {
        return IntStream.range(-1, (int) order.steps())
                .mapToObj(order::stateAfter)
                .toList();
    }

    private static List<Long> flat(List<List<Long>> batches) {
        return batches.stream().flatMap(List::stream).toList();
    }
}
