// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Decoding ahead stays within the budget, whoever consumes and however small it is; a failure for want of it is clean. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class StreamMemoryTest {
    private static final int BATCH_ROWS = 64;
    private static final int BATCHES = 40;
    private static final long SLOW_MILLIS = 600;

    /** A slice of the column {@code text} takes about this much. */
    private static final int SLICE_BYTES = 64 << 10;

    private final MemoryTable table = MemoryTable.of(
            MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));

    StreamMemoryTest() {
        String text = "x".repeat(SLICE_BYTES / BATCH_ROWS - 16);
        for (int unit = 0; unit < 2; unit++) {
            long first = (long) unit * BATCHES / 2 * BATCH_ROWS;
            table.unit(LongStream.range(first, first + BATCHES / 2 * BATCH_ROWS)
                    .mapToObj(id -> new Object[] {id, text})
                    .toArray(Object[][]::new));
        }
    }

    /** Would fail if completed slices did not count against the budget: eight threads have room for 17 slices. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 4, 8})
    void aSlowConsumerStaysWithinTheBudget(int threads) throws InterruptedException {
        try (Forebay forebay = context(12 * SLICE_BYTES, threads);
                BatchStream batches = dataset(forebay).stream()) {
            int count = 0;
            for (Batch batch : batches) {
                try (batch) {
                    count++;
                    TimeUnit.MILLISECONDS.sleep(count < 5 ? 50 : 0);
                }
            }
            assertThat(count).isEqualTo(BATCHES);
        }
    }

    /** Would fail if threads started together did not know of one another's memory. */
    @Test
    void manyThreadsReadWhatOneThreadCan() {
        int budget = 6 * SLICE_BYTES;
        assertThat(rows(budget, 1)).isEqualTo(rows(budget, 8));
    }

    /** Would fail if a thread were woken for work that it then finds too large, and the next one after it, without end. */
    @ParameterizedTest
    @ValueSource(ints = {11, 17, 20, 26, 39})
    void threadsRestWhereThereIsNoMemoryForMore(int slicesInBudget) {
        long slowSlice = 4;
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 0 && row == slowSlice * BATCH_ROWS) {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(SLOW_MILLIS));
                }
            }
        });
        try (Forebay forebay = context(slicesInBudget * SLICE_BYTES, 2);
                BatchStream batches = dataset(forebay).select("text").stream()) {
            for (int i = 0; i <= slowSlice; i++) {
                batches.next().close();
            }
            assertThat(TimeUnit.NANOSECONDS.toMillis(decodingCpuNanos()))
                    .as("milliseconds of processor time of the decoding threads")
                    .isLessThan(SLOW_MILLIS / 2);
        }
    }

    private static long decodingCpuNanos() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(thread -> thread != null && thread.getThreadName().startsWith("forebay-decode-"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    @Test
    void peakIsReportedAndWithinTheLimit() {
        try (Forebay forebay = context(64 * SLICE_BYTES, 4)) {
            Vectors.ids(dataset(forebay).stream());
            assertThat(forebay.memory().peakBytes()).isBetween((long) SLICE_BYTES, 64L * SLICE_BYTES);
            assertThat(forebay.memory().usedBytes()).isZero();
            assertThat(forebay.memory().idleBytes()).isPositive();
        }
    }

    /** Leaves memory behind wherever a path out of an allocation that fails forgets what it already has. */
    @Test
    void aBudgetThatIsTooSmallIsALimitErrorAndLeaksNothing() {
        for (int budget = 1 << 10; budget < 12 * SLICE_BYTES; budget += budget / 7) {
            try (Forebay forebay = context(budget, 2)) {
                readOrHitTheLimit(dataset(forebay).filter(Filter.parse("id >= 3")));
                readOrHitTheLimit(dataset(forebay).batchRows(BATCH_ROWS - 1));
            }
            assertThat(table.openReaders()).isZero();
        }
    }

    /** As above, in steps so small that each allocation of a gathered batch is once the one that fails. */
    @Test
    void everyAllocationOfAGatheredBatchMayFail() {
        MemoryTable small = MemoryTable.counting(40, 40);
        for (int budget = 256; budget < 6 << 10; budget += 64) {
            try (Forebay forebay = context(budget, 1)) {
                readOrHitTheLimit(forebay.dataset(small.location()).batchRows(60));
            }
            assertThat(small.openReaders()).isZero();
        }
    }

    private static void readOrHitTheLimit(Dataset dataset) {
        try {
            Vectors.ids(dataset.limit(3 * BATCH_ROWS).stream());
        } catch (ForebayException e) {
            assertThat(e.kind()).isEqualTo(ForebayException.Kind.LIMIT);
        }
    }

    private long rows(int budgetBytes, int threads) {
        try (Forebay forebay = context(budgetBytes, threads)) {
            return Vectors.ids(dataset(forebay).stream()).size();
        }
    }

    private Dataset dataset(Forebay forebay) {
        return forebay.dataset(table.location()).batchRows(BATCH_ROWS);
    }

    private static Forebay context(int budgetBytes, int threads) {
        return Forebay.builder()
                .memoryLimit(String.valueOf(budgetBytes))
                .threads(threads)
                .trackAllocations(true)
                .build();
    }
}
