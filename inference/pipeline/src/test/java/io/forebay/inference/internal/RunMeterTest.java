// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.inference.CopyReason;
import io.forebay.inference.RunMetrics;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RunMeterTest {
    private static final int BATCHES = 20_000;

    /** A batch takes a millisecond or more: all that is noted of it must cost less than a hundredth of that. */
    @Test
    void whatIsNotedOfABatchCostsNextToNothing() {
        double[] nanosPerBatch = new double[9];
        for (int round = 0; round < nanosPerBatch.length; round++) {
            RunMeter meter = new RunMeter();
            long started = System.nanoTime();
            for (int i = 0; i < BATCHES; i++) {
                noteBatch(meter);
            }
            nanosPerBatch[round] = (System.nanoTime() - started) / (double) BATCHES;
            assertThat(meter.metrics().batches()).isEqualTo(BATCHES);
        }
        Arrays.sort(nanosPerBatch);
        double median = nanosPerBatch[nanosPerBatch.length / 2];
        assertThat(median).as("nanoseconds to note a batch").isLessThan(10_000);
    }

    /** All that pipeline, scorer and binder tell. */
    private static void noteBatch(RunMeter meter) {
        long fed = System.nanoTime();
        meter.queued(1);
        meter.waited(System.nanoTime() - fed);
        BatchTimes times = new BatchTimes();
        times.begin();
        long allocated = RunMeter.allocatedBytes();
        meter.copied(CopyReason.MATRIX, 100);
        meter.copied(CopyReason.FEATURES, 0);
        meter.clock().runStarted();
        meter.clock().runEnded();
        times.rows = 8192;
        times.runNanos = System.nanoTime() - fed;
        times.heapBytes = RunMeter.allocatedBytes() - allocated;
        meter.scored(times);
        times.commit();
        meter.queued(-1);
        meter.written(System.nanoTime() - fed);
    }

    @Test
    void whatNobodyDidIsNothing() {
        RunMetrics metrics = new RunMeter().metrics();
        assertThat(metrics.batchFill()).isZero();
        assertThat(metrics.bytesCopied()).isEmpty();
        assertThat(metrics.bytesCopiedPerRow()).isZero();
        assertThat(metrics.heapBytesPerBatch()).isZero();
        assertThat(metrics.batchWait()).isEqualTo(new RunMetrics.Wait(0, 0));
    }
}
