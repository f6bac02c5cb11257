// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A stream delivers in order whatever its threads do, ends its waits, and leaves neither memory nor readers behind. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class SchedulerTest {
    private static final Executor THREADS = task -> {
        Thread thread = new Thread(task, "scheduler-test");
        thread.setDaemon(true);
        thread.start();
    };

    private static final int[] UNITS = {10, 0, 7, 30, 1};
    private static final long ROWS = 48;
    private static final long UNBLOCK_MILLIS_MAX = 100;

    private final Forebay forebay =
            Forebay.builder().threads(4).trackAllocations(true).build();
    private final MemoryTable table = MemoryTable.counting(UNITS);

    @AfterEach
    @Timeout(value = 8, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nothingIsLeft() {
        forebay.close();
        assertThat(table.openReaders()).as("open readers").isZero();
    }

    @Test
    void unequalDelaysDoNotChangeTheOrder() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                pause((unit + row) % 5);
            }
        });
        assertThat(Vectors.ids(dataset().stream()))
                .isEqualTo(LongStream.range(0, ROWS).boxed().toList());
    }

    @Test
    void twoStreamsAtOnceAreIndependent() {
        CompletableFuture<List<Long>> other = async(() -> Vectors.ids(dataset().threads(1).stream()));
        List<Long> ids = Vectors.ids(dataset().stream());
        assertThat(other.join()).isEqualTo(ids).hasSize((int) ROWS);
    }

    @Test
    void decodingThreadsAreNamedAndGoneAfterClose() throws InterruptedException {
        Vectors.ids(dataset().stream());
        assertThat(table.readingThreads()).isNotEmpty().allMatch(name -> name.startsWith("forebay-"));
        List<Thread> threads = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> table.readingThreads().contains(thread.getName()))
                .toList();
        forebay.close();
        for (Thread thread : threads) {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        }
        assertThat(threads).noneMatch(Thread::isAlive);
    }

    @Test
    void closeEndsAWaitForASlowLane() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        table.hooks(slowReads(reading, 700));
        requireCloseUnblocks(reading);
    }

    @Test
    void closeEndsAWaitForASlowOpening() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        table.hooks(slowOpenings(opening, 700));
        requireCloseUnblocks(opening);
    }

    @Test
    void interruptEndsAWaitForASlowLane() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        table.hooks(slowReads(reading, 700));
        requireInterruptUnblocks(reading);
    }

    @Test
    void interruptEndsAWaitForASlowOpening() throws Exception {
        CountDownLatch opening = new CountDownLatch(1);
        table.hooks(slowOpenings(opening, 700));
        requireInterruptUnblocks(opening);
    }

    @Test
    void interruptedStreamLosesNoRowsSilently() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                pause(unit == 2 ? 200 : 0);
            }
        });
        try (BatchStream batches = dataset().batchRows(20).stream()) {
            interruptAfter(60);
            assertThatThrownBy(batches::next).isInstanceOf(ForebayException.class);
            assertThat(Thread.interrupted()).isTrue();
            assertThatThrownBy(batches::next)
                    .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(ForebayException.Kind.CANCELLED));
        }
    }

    @Test
    @Timeout(value = 8, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void aSlowLaneHoldsNoBatchBackThatIsReady() {
        CountDownLatch delivered = new CountDownLatch(1);
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 2) {
                    awaitQuietly(delivered);
                }
            }
        });
        try (BatchStream batches = dataset().threads(2).batchRows(10).stream()) {
            batches.next().close();
            delivered.countDown();
            assertThat(Vectors.ids(batches)).hasSize((int) ROWS - 10);
        }
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
            await(asked);
            pause(20);
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
                pause(3);
                reading.decrementAndGet();
            }
        });
        Dataset dataset = forebay.dataset(units.location()).batchRows(1);
        try (BatchStream stream = (prefetch < 0 ? dataset : dataset.prefetch(prefetch)).stream()) {
            for (int batch = 0; batch < 20; batch++) {
                stream.next().close();
                pause(50);
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
                pause(5);
            }
        });
        try (BatchStream stream = forebay.dataset(units.location()).batchRows(10).stream()) {
            stream.next().close();
            pause(150);
            for (int batch = 1; batch <= 15; batch++) {
                stream.next().close();
            }
            pause(250);
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
            await(asked);
            pause(20);
            assertThat(reads).hasValue(2 * blocks);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 30, Integer.MAX_VALUE})
    void moreBatchesOrThreadsThanThereAreHarmNothing(int many) {
        assertThat(Vectors.ids(dataset().prefetch(many).stream())).hasSize((int) ROWS);
        assertThat(Vectors.ids(dataset().threads(many).stream())).hasSize((int) ROWS);
        assertThat(Vectors.ids(dataset().shuffle(1).globalBatch(1).prefetch(many).stream()))
                .hasSize((int) ROWS);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void nextAfterCloseIsCancelled() {
        BatchStream batches = dataset().stream();
        batches.close();
        assertThatThrownBy(batches::next)
                .isInstanceOf(ForebayException.class)
                .hasMessage("a closed stream has no more batches");
    }

    @Test
    void closingTwiceDoesNothing() {
        BatchStream batches = dataset().stream();
        batches.close();
        batches.close();
        assertThat(batches.checkpoint().nextRow()).isZero();
    }

    @Test
    void closeDoesNotWaitForAnotherStreamsWork() throws Exception {
        MemoryTable longTable = MemoryTable.counting(100);
        CountDownLatch reading = new CountDownLatch(1);
        longTable.hooks(slowReads(reading, 30));
        CompletableFuture<List<Long>> other = async(() -> {
            try (Forebay narrow = Forebay.builder().threads(1).build()) {
                return shareOneThread(narrow, longTable, reading);
            }
        });
        assertThat(other.get(15, TimeUnit.SECONDS)).hasSize(100);
    }

    private List<Long> shareOneThread(Forebay narrow, MemoryTable longTable, CountDownLatch reading) {
        CompletableFuture<List<Long>> busy =
                async(() -> Vectors.ids(narrow.dataset(longTable.location()).batchRows(2).stream()));
        await(reading);
        BatchStream second = narrow.dataset(table.location()).stream();
        CompletableFuture<?> waiting = asyncRun(() -> closeNext(second));
        pause(50);
        long started = System.nanoTime();
        second.close();
        assertThat(millisSince(started)).as("milliseconds of close").isLessThan(500);
        waiting.exceptionally(failure -> null).join();
        return busy.join();
    }

    @Test
    void contextWaitsForAStreamThatAnotherThreadCloses() {
        table.hooks(slowReads(new CountDownLatch(1), 300));
        BatchStream batches = dataset().stream();
        CompletableFuture<?> consumer = asyncRun(() -> closeNext(batches));
        pause(50);
        CompletableFuture<Void> closing = asyncRun(batches::close);
        pause(50);
        forebay.close();
        assertThat(table.openReaders()).isZero();
        closing.join();
        consumer.exceptionally(failure -> null).join();
    }

    @Test
    void closingOneStreamLeavesAnothersMemoryAlone() {
        table.hooks(slowReads(new CountDownLatch(1), 300));
        BatchStream slow = dataset().stream();
        BatchStream idle = forebay.dataset(MemoryTable.counting(3).location()).stream();
        CompletableFuture<?> consumer = asyncRun(() -> closeNext(slow));
        pause(50);
        CompletableFuture<Void> closing = asyncRun(slow::close);
        pause(50);
        idle.close();
        assertThat(forebay.memory().owners())
                .as("the allocator of a stream that is still decoding")
                .isNotEmpty();
        closing.join();
        consumer.exceptionally(failure -> null).join();
    }

    @Test
    void batchesOutliveTheirStream() {
        BatchStream batches = dataset().batchRows(4).stream();
        Batch batch = batches.next();
        batches.close();
        assertThat(Vectors.ids(batch)).containsExactly(0L, 1L, 2L, 3L);
        batch.close();
        batch.close();
        assertThat(forebay.memory().usedBytes()).isZero();
    }

    @Test
    void readersAreClosedWhenNoColumnIsSelected() {
        try (BatchStream batches = dataset().select(List.of()).batchRows(100).stream()) {
            long rows = 0;
            for (Batch batch : batches) {
                try (batch) {
                    rows += batch.rows();
                }
            }
            assertThat(rows).isEqualTo(ROWS);
        }
    }

    @Test
    void oneBatchMayBeAskedToHoldEverything() {
        try (BatchStream batches = dataset().batchRows(Integer.MAX_VALUE).stream();
                Batch batch = batches.next()) {
            assertThat(Vectors.ids(batch)).hasSize((int) ROWS);
        }
    }

    @Test
    void oneBatchOfAFilteredReadMayBeAskedToHoldEverything() {
        Dataset filtered = dataset().filter(Filter.parse("id >= 40")).batchRows(1 << 30);
        assertThat(Vectors.ids(filtered.stream())).hasSize(8);
    }

    private void requireCloseUnblocks(CountDownLatch busy) throws Exception {
        BatchStream batches = dataset().stream();
        CompletableFuture<Long> failedAt = async(() -> nanosOfFailure(batches));
        assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue();
        pause(20);
        long started = System.nanoTime();
        CompletableFuture<Void> closing = asyncRun(batches::close);
        assertThat(TimeUnit.NANOSECONDS.toMillis(failedAt.get() - started)).isLessThan(UNBLOCK_MILLIS_MAX);
        closing.get();
    }

    private void requireInterruptUnblocks(CountDownLatch busy) throws Exception {
        BatchStream batches = dataset().stream();
        CompletableFuture<Long> failedAt = new CompletableFuture<>();
        Thread consumer = new Thread(() -> failedAt.complete(nanosOfFailure(batches)), "consumer");
        consumer.start();
        assertThat(busy.await(5, TimeUnit.SECONDS)).isTrue();
        pause(20);
        long started = System.nanoTime();
        consumer.interrupt();
        assertThat(TimeUnit.NANOSECONDS.toMillis(failedAt.get() - started)).isLessThan(UNBLOCK_MILLIS_MAX);
        consumer.join();
        batches.close();
    }

    private static long nanosOfFailure(BatchStream batches) {
        assertThatThrownBy(batches::next)
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ForebayException.Kind.CANCELLED));
        return System.nanoTime();
    }

    private static MemoryTable.Hooks slowReads(CountDownLatch reading, long millis) {
        return new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                reading.countDown();
                pause(millis);
            }
        };
    }

    private static MemoryTable.Hooks slowOpenings(CountDownLatch opening, long millis) {
        return new MemoryTable.Hooks() {
            @Override
            public void opening(int unit) {
                opening.countDown();
                pause(millis);
            }
        };
    }

    private static void interruptAfter(long millis) {
        Thread consumer = Thread.currentThread();
        Thread interrupter = new Thread(
                () -> {
                    pause(millis);
                    consumer.interrupt();
                },
                "interrupter");
        interrupter.start();
    }

    private static void closeNext(BatchStream batches) {
        Batch batch = batches.next();
        if (batch != null) {
            batch.close();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Sleeps through interrupts, as a read of a file does. */
    private static void pause(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean interrupted = false;
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            try {
                TimeUnit.NANOSECONDS.sleep(left);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static long millisSince(long started) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - started);
    }

    private Dataset dataset() {
        return forebay.dataset(table.location()).batchRows(5);
    }

    /** On a thread of its own: the common pool has only one on a machine of two cores. */
    private static <T> CompletableFuture<T> async(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, THREADS);
    }

    private static CompletableFuture<Void> asyncRun(Runnable task) {
        return CompletableFuture.runAsync(task, THREADS);
    }
}
