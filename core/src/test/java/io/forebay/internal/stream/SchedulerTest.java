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
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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
                Waits.pause((unit + row) % 5);
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
                Waits.pause(unit == 2 ? 200 : 0);
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
                    Waits.awaitQuietly(delivered);
                }
            }
        });
        try (BatchStream batches = dataset().threads(2).batchRows(10).stream()) {
            batches.next().close();
            delivered.countDown();
            assertThat(Vectors.ids(batches)).hasSize((int) ROWS - 10);
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
        Waits.await(reading);
        BatchStream second = narrow.dataset(table.location()).stream();
        CompletableFuture<?> waiting = asyncRun(() -> closeNext(second));
        Waits.pause(50);
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
        Waits.pause(50);
        CompletableFuture<Void> closing = asyncRun(batches::close);
        Waits.pause(50);
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
        Waits.pause(50);
        CompletableFuture<Void> closing = asyncRun(slow::close);
        Waits.pause(50);
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
        Waits.pause(20);
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
        Waits.pause(20);
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
                Waits.pause(millis);
            }
        };
    }

    private static MemoryTable.Hooks slowOpenings(CountDownLatch opening, long millis) {
        return new MemoryTable.Hooks() {
            @Override
            public void opening(int unit) {
                opening.countDown();
                Waits.pause(millis);
            }
        };
    }

    private static void interruptAfter(long millis) {
        Thread consumer = Thread.currentThread();
        Thread interrupter = new Thread(
                () -> {
                    Waits.pause(millis);
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
