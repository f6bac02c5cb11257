// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.Collections;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How far a stream decodes ahead of its consumer, and with how many threads: what was asked for, or what the consumer needs. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PrefetchTest {
    private final Forebay forebay =
            Forebay.builder().threads(4).trackAllocations(true).build();

    @AfterEach
    @Timeout(value = 8, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeft() {
        forebay.close();
    }

    /** What is decoded while the consumer rests is what was asked for, no more and no less. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 40})
    void asManyBatchesAreDecodedAheadAsWereAskedFor(int prefetch) {
        MemoryTable units =
                MemoryTable.counting(IntStream.range(0, 60).map(unit -> 10).toArray());
        CountDownLatch asked = new CountDownLatch(1);
        AtomicInteger furthest = new AtomicInteger();
        units.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (furthest.accumulateAndGet(unit, Math::max) == 1 + prefetch) {
                    asked.countDown();
                }
            }
        });
        try (BatchStream stream = forebay.dataset(units.location()).batchRows(10).prefetch(prefetch).stream()) {
            stream.next().close();
            Waits.await(asked);
            Waits.pause(20);
            assertThat(furthest).hasValue(1 + prefetch);
            long rows = 10;
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
            assertThat(rows).isEqualTo(600);
        }
    }

    /** One of the four threads is enough for a consumer that takes longer than a batch costs; all go on where batches were asked for. */
    @ParameterizedTest
    @CsvSource({"-1, 1, 1", "8, 2, 4"})
    void asManyThreadsReadAheadAsKeepUpWithTheConsumer(int prefetch, int least, int most) {
        int columns = 4;
        MemoryTable units = MemoryTable.of(IntStream.range(0, columns)
                .mapToObj(column -> MemoryTable.field("c" + column, new ArrowType.Int(64, true)))
                .toArray(Field[]::new));
        IntStream.range(0, 40).forEach(unit -> units.unit(new Object[] {1L, 2L, 3L, 4L}));
        AtomicInteger reading = new AtomicInteger();
        AtomicInteger mostAtFirst = new AtomicInteger();
        AtomicInteger mostAtLast = new AtomicInteger();
        units.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                int now = reading.incrementAndGet();
                (unit < 9 ? mostAtFirst : mostAtLast).accumulateAndGet(unit < 9 || unit > 20 ? now : 0, Math::max);
                Waits.pause(3);
                reading.decrementAndGet();
            }
        });
        Dataset dataset = forebay.dataset(units.location()).batchRows(1);
        try (BatchStream stream = (prefetch < 0 ? dataset : dataset.prefetch(prefetch)).stream()) {
            for (int batch = 0; batch < 20; batch++) {
                stream.next().close();
                Waits.pause(50);
            }
            assertThat(mostAtFirst).as("threads for a consumer that waits").hasValueBetween(2, 4);
            assertThat(mostAtLast).as("threads for one that takes its time").hasValueBetween(least, most);
        }
    }

    /** A consumer that takes all nine batches of four threads' window at once, and more, finds more the next time. */
    @Test
    void moreIsReadAheadWhereThatWasNotEnough() {
        MemoryTable units =
                MemoryTable.counting(IntStream.range(0, 60).map(unit -> 10).toArray());
        AtomicInteger furthest = new AtomicInteger();
        units.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                furthest.accumulateAndGet(unit, Math::max);
                Waits.pause(5);
            }
        });
        try (BatchStream stream = forebay.dataset(units.location()).batchRows(10).stream()) {
            stream.next().close();
            Waits.pause(150);
            for (int batch = 1; batch <= 15; batch++) {
                stream.next().close();
            }
            Waits.pause(250);
            assertThat(furthest).hasValueGreaterThanOrEqualTo(15 + 9 + 4);
        }
    }

    /** A shuffled read goes by blocks, here of 2 · 8,192 rows: those that the rows asked for begin in. */
    @ParameterizedTest
    @CsvSource({"0, 1", "2, 1", "3, 2", "8, 3"})
    void asManyBlocksOfAShuffledReadAreDecodedAsTheRowsAskedForTake(int prefetch, int blocks) {
        MemoryTable unit = MemoryTable.of(MemoryTable.field("text", new ArrowType.Utf8()))
                .unit(Collections.nCopies(100_000, new Object[] {"x"}).toArray(Object[][]::new))
                .claimingBytes(1 << 24); // too much for the unit to be held as a whole
        AtomicInteger reads = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(2 * blocks);
        unit.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int ordinal, int lane, long row) {
                reads.incrementAndGet();
                asked.countDown();
            }
        });
        Dataset shuffled = forebay.dataset(unit.location())
                .shuffle(Shuffle.seed(1).lanes(2).window(8192))
                .globalBatch(4096);
        try (BatchStream stream = shuffled.prefetch(prefetch).stream()) {
            stream.next().close();
            Waits.await(asked);
            Waits.pause(20);
            assertThat(reads).hasValue(2 * blocks);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 30, Integer.MAX_VALUE})
    void moreBatchesOrThreadsThanThereAreHarmNothing(int many) {
        MemoryTable table = MemoryTable.counting(10, 0, 7, 30, 1);
        Dataset dataset = forebay.dataset(table.location()).batchRows(5);
        assertThat(Vectors.ids(dataset.prefetch(many).stream())).hasSize(48);
        assertThat(Vectors.ids(dataset.threads(many).stream())).hasSize(48);
        assertThat(Vectors.ids(dataset.shuffle(1).globalBatch(1).prefetch(many).stream()))
                .hasSize(48);
        assertThat(table.openReaders()).as("open readers").isZero();
    }
}
