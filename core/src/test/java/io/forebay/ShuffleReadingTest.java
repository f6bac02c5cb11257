// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Shuffle.Tail;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import net.jqwik.api.statistics.Statistics;

/** What shuffled streams read, and when: few units, few rows ahead, and nothing that a state knows of before it is delivered. */
class ShuffleReadingTest {
    private Forebay forebay;

    @BeforeProperty
    void open() {
        forebay = Forebay.builder().threads(3).build();
    }

    /** Fails when a buffer is still held. */
    @AfterProperty
    void close() {
        forebay.close();
    }

    @Provide
    Arbitrary<OrderCase> cases() {
        return OrderCase.any();
    }

    /** Lanes cut the sequence at C − 1 places, as long as what they hold open fits the memory. Rows that fill a last batch up are read apart, where they lie: not counted here. */
    @Property(tries = 100)
    void anEpochOpensEachUnitOnceAndOnceMoreForEachCutOfALane(@ForAll("cases") OrderCase any) {
        Assume.that(any.layout() != OrderCase.Layout.REOPENED);
        OrderCase one = any.shuffle().tail() == Tail.PAD ? any.tail(Tail.RAGGED) : any;
        long bound = one.unitRows().stream().filter(rows -> rows > 0).count()
                + one.shuffle().lanes()
                - 1;
        for (int world : OrderCase.WORLDS) {
            if (one.shuffle().lanes() % world == 0) {
                MemoryTable table = one.table();
                for (int rank = 0; rank < world; rank++) {
                    drain(one.dataset(forebay, table).shard(rank, world).stream());
                }
                assertThat(table.unitsOpened()).hasSizeLessThanOrEqualTo((int) bound);
                assertThat(table.unitsOpened()).allMatch(unit -> one.unitRows().get(unit) > 0);
            }
        }
    }

    /** Of an epoch's end a resumed reader opens what the last window of each of its lanes lies in, and skips to it. */
    @Property(tries = 150)
    void aResumeAtTheEndReadsTheLastWindowsAlone(@ForAll("cases") OrderCase any) {
        OrderCase one = any.tail(Tail.RAGGED);
        Assume.that(one.rows() > 0 && one.layout() != OrderCase.Layout.REOPENED);
        MemoryTable table = one.table();
        Dataset dataset = one.dataset(forebay, table);
        Shuffle shuffle = one.shuffle();
        long windowRows = (long) shuffle.lanes() * shuffle.window();
        StepOrder order = dataset.order();
        Checkpoint state = order.stateAfter(order.steps() - 2);
        long window = state.nextRow() / windowRows;
        Assume.that(window == (one.rows() - 1) / windowRows);

        List<int[]> readings = Collections.synchronizedList(new ArrayList<>());
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                readings.add(new int[] {unit, (int) row});
            }
        });
        drain(dataset.stream(state));
        int least = one.unitRows().stream()
                .filter(rows -> rows > 0)
                .min(Integer::compare)
                .orElseThrow();
        assertThat(table.unitsOpened())
                .hasSizeLessThanOrEqualTo(shuffle.lanes() * (1 + (shuffle.window() + least - 1) / least));
        if (one.layout() != OrderCase.Layout.WHOLE_UNITS) {
            EpochOrder epoch = new EpochOrder(
                    one.unitRows().stream().mapToLong(Integer::longValue).toArray(), shuffle);
            assertThat(readings).isNotEmpty().allMatch(reading -> isInWindow(epoch, reading[0], reading[1], window));
        }
    }

    /** Whether a row of a unit lies in some lane's window of this number, or behind it. */
    private static boolean isInWindow(EpochOrder order, int unit, int row, long window) {
        int run = IntStream.iterate(0, i -> i + 1)
                .filter(i -> order.unitOf(i) == unit)
                .findFirst()
                .orElseThrow();
        long place = order.runStart(run) + row;
        int lane = order.lanes() - 1;
        while (order.laneStart(lane) > place) {
            lane--;
        }
        return (place - order.laneStart(lane)) / order.windowRows() >= window;
    }

    /** Three files are enough for eight readers. */
    @Example
    void moreReadersThanUnitsAllTakeTheSameSteps() {
        MemoryTable table = MemoryTable.counting(40, 3, 101);
        Dataset dataset = forebay.dataset(table.location())
                .shuffle(Shuffle.seed(3).tail(Tail.RAGGED))
                .globalBatch(16);
        List<Long> union = new ArrayList<>();
        for (int rank = 0; rank < 8; rank++) {
            try (BatchStream stream = dataset.shard(rank, 8).stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        assertThat(batch.rows()).isEqualTo(2);
                        union.addAll(Vectors.ids(batch));
                    }
                }
                assertThat(stream.progress().batches()).isEqualTo(9);
            }
        }
        assertThat(union).hasSize(144).doesNotHaveDuplicates();
    }

    /** Every other block has no row of this reader; what ends there must be left all the same. */
    @Example
    void aReaderLeavesUnitsThatEndInBlocksOfOthers() {
        MemoryTable table = MemoryTable.counting(5, 5, 5, 5, 5, 5, 5, 5);
        Dataset dataset = forebay.dataset(table.location())
                .shuffle(Shuffle.seed(3).lanes(1).window(1))
                .globalBatch(2)
                .shard(1, 2);
        try (BatchStream stream = dataset.stream()) {
            for (int step = 0; step < 20; step++) {
                next(stream);
            }
            assertThat(table.openReaders()).isLessThanOrEqualTo(1);
        }
    }

    /** All of the table is read ahead before the first batch is asked for again: the state knows nothing of it. */
    @Example
    void theStateTellsWhatWasDeliveredNotWhatWasReadAhead() throws InterruptedException {
        MemoryTable table = MemoryTable.counting(30, 30);
        Semaphore units = new Semaphore(0);
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void closed(int unit) {
                units.release();
            }
        });
        Dataset dataset = forebay.dataset(table.location())
                .shuffle(Shuffle.seed(1).lanes(3).window(32))
                .globalBatch(6);
        StepOrder order = dataset.order();
        try (BatchStream stream = dataset.stream()) {
            assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(-1));
            next(stream);
            assertThat(units.tryAcquire(2, 10, TimeUnit.SECONDS)).isTrue();
            for (int step = 0; step < 5; step++) {
                assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(step));
                assertThat(stream.iterator().hasNext()).isTrue();
                assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(step));
                next(stream);
            }
        }
    }

    /** Ample memory is no reason to read everything ahead: a lane has its window and the next one. */
    @Example
    void rowsInMemoryAreThoseOfWindows() throws InterruptedException {
        int lanes = 8;
        int window = 32;
        MemoryTable table =
                new OrderCase(Collections.nCopies(8, 6_000), Shuffle.seed(1), 1, OrderCase.Layout.PARTS).table();
        try (BatchStream stream = forebay
                .dataset(table.location())
                .shuffle(Shuffle.seed(5).lanes(lanes).window(window))
                .globalBatch(64)
                .stream()) {
            for (int i = 0; i < 5; i++) {
                next(stream);
                TimeUnit.MILLISECONDS.sleep(20);
            }
            drainRest(stream);
            long rowBytes = 8 + 4 + 10 + 1;
            // Pieces, what they are put together to, and batches: each of two blocks, rounded up to powers of two.
            assertThat(stream.progress().peakBytes()).isBetween(1L, 3 * 2 * 2 * rowBytes * lanes * window);
        }
    }

    @Example
    void aFailureComesAfterTheBatchesBeforeItAndComesAgain() {
        MemoryTable table = new OrderCase(List.of(40, 40, 40, 40), Shuffle.seed(1), 1, OrderCase.Layout.PARTS).table();
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 2 && row >= 20) {
                    throw ForebayException.corrupt("a page must be whole");
                }
            }
        });
        Dataset dataset = forebay.dataset(table.location())
                .shuffle(Shuffle.seed(9).lanes(1).window(10))
                .globalBatch(5);
        StepOrder order = dataset.order();
        List<List<Long>> before = new ArrayList<>();
        for (long step = 0; Arrays.stream(order.rows(step)).noneMatch(row -> row >= 100 && row < 120); step++) {
            before.add(Arrays.stream(order.rows(step)).boxed().toList());
        }
        List<List<Long>> delivered = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            delivered.add(next(stream));
                        }
                    })
                    .isInstanceOf(ForebayException.class)
                    .hasMessageContaining("a page must be whole");
            assertThat(delivered).isEqualTo(before);
            assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(before.size() - 1));
            assertThatThrownBy(stream::next).hasMessageContaining("a page must be whole");
        }
        assertThat(table.openReaders()).isZero();
    }

    /** Where the readers of all lanes are too much for the memory, units are opened for each column of a block, and the rows are the same. */
    @Property(tries = 40)
    void lanesThatAreTooManyForTheMemoryAreReadByTurns(@ForAll("cases") OrderCase any) {
        Assume.that(any.layout() != OrderCase.Layout.REOPENED); // that begins as it would go on
        MemoryTable table = any.table();
        AtomicInteger refused = new AtomicInteger();
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (table.openReaders() > 1) {
                    refused.incrementAndGet();
                    throw ForebayException.limit("readers must fit the memory: open=" + table.openReaders());
                }
            }
        });
        Dataset dataset = any.dataset(forebay, table).threads(1);
        List<List<Long>> batches = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    batches.add(OrderCase.ids(batch));
                }
            }
        }
        assertThat(batches).isEqualTo(OrderCase.expected(dataset));
        assertThat(table.openReaders()).isZero();
        Statistics.label("lanes")
                .collect(refused.get() > 0 ? "too many" : "few")
                .coverage(c -> c.check("too many").percentage(share -> share > 20));
    }

    private static void drain(BatchStream stream) {
        try (stream) {
            drainRest(stream);
        }
    }

    private static void drainRest(BatchStream stream) {
        for (Batch batch : stream) {
            batch.close();
        }
    }

    private static List<Long> next(BatchStream stream) {
        try (Batch batch = stream.next()) {
            return Vectors.ids(batch);
        }
    }
}
