// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import com.sun.management.ThreadMXBean;
import io.forebay.inference.CopyReason;
import io.forebay.inference.RunMetrics;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/** Counts what a run does, batch by batch. Thread-safe; costs a microsecond a batch. */
final class RunMeter {
    private static final double NANOS = 1e9;

    /** Knows what a thread has allocated, where the JVM tells. */
    private static final @Nullable ThreadMXBean ALLOCATIONS =
            ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
                            && threads.isThreadAllocatedMemorySupported()
                            && threads.isThreadAllocatedMemoryEnabled()
                    ? threads
                    : null;

    private final BusyClock clock = new BusyClock();
    private final Map<CopyReason, LongAdder> copied = new EnumMap<>(CopyReason.class);
    private final LongAdder rows = new LongAdder();
    private final LongAdder batches = new LongAdder();
    private final LongAccumulator batchRowsMost = new LongAccumulator(Math::max, 0);
    private final LongAdder prepareNanos = new LongAdder();
    private final LongAdder runNanos = new LongAdder();
    private final LongAdder outputNanos = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private final LongAdder heapBytes = new LongAdder();
    private final WaitHistogram waits = new WaitHistogram();
    private final AtomicInteger queued = new AtomicInteger();

    RunMeter() {
        for (CopyReason reason : CopyReason.values()) {
            copied.put(reason, new LongAdder());
        }
    }

    BusyClock clock() {
        return clock;
    }

    /** Bytes that the calling thread has allocated on the heap, or 0 where the JVM does not tell. */
    static long allocatedBytes() {
        return ALLOCATIONS == null ? 0 : ALLOCATIONS.getCurrentThreadAllocatedBytes();
    }

    void copied(CopyReason reason, long bytes) {
        Objects.requireNonNull(copied.get(reason)).add(bytes);
    }

    /** A batch has gone through the model. */
    void scored(BatchTimes times) {
        rows.add(times.rows);
        batches.increment();
        batchRowsMost.accumulate(times.rows);
        prepareNanos.add(times.prepareNanos);
        runNanos.add(times.runNanos);
        outputNanos.add(times.outputNanos);
        heapBytes.add(times.heapBytes);
    }

    void waited(long nanos) {
        waits.record(nanos);
    }

    void written(long nanos) {
        writeNanos.add(nanos);
    }

    void queued(int change) {
        queued.addAndGet(change);
    }

    RunMetrics metrics() {
        return metrics(queued.get());
    }

    /** @param waiting what is queued, where somebody else counts it */
    RunMetrics metrics(int waiting) {
        BusyClock.Shares shares = clock.shares();
        Map<CopyReason, Long> bytes = new EnumMap<>(CopyReason.class);
        copied.forEach((reason, sum) -> {
            if (sum.sum() > 0) {
                bytes.put(reason, sum.sum());
            }
        });
        long most = batches.sum() * batchRowsMost.get();
        return new RunMetrics(
                shares.seconds(),
                shares.busy(),
                shares.starved(),
                shares.blocked(),
                rows.sum(),
                batches.sum(),
                most == 0 ? 0 : Math.min(1, (double) rows.sum() / most),
                new RunMetrics.Stages(
                        prepareNanos.sum() / NANOS,
                        runNanos.sum() / NANOS,
                        outputNanos.sum() / NANOS,
                        writeNanos.sum() / NANOS),
                new RunMetrics.Wait(waits.quantile(0.5) / NANOS, waits.quantile(0.99) / NANOS),
                waiting,
                bytes,
                heapBytes.sum());
    }
}
