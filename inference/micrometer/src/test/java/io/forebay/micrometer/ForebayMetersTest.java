// SPDX-License-Identifier: Apache-2.0
package io.forebay.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.Forebay;
import io.forebay.inference.CopyReason;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ScoreProgress;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;

/** Progress as Prometheus sees it. */
class ForebayMetersTest {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final ForebayMeters meters = new ForebayMeters(registry, Tags.of("model", "delay"));

    @Test
    void countersGoOnFromRunToRunAndGaugesAreTheLastRuns() {
        Consumer<ScoreProgress> first = meters.ofRun();
        first.accept(progress(10, 0.5, Map.of(CopyReason.MATRIX, 100L)));
        first.accept(progress(30, 0.75, Map.of(CopyReason.MATRIX, 300L, CopyReason.NULLS, 8L)));
        meters.ofRun().accept(progress(5, 0.25, Map.of()));
        assertThat(registry.scrape())
                .contains("forebay_rows_total{model=\"delay\"} 35.0\n")
                .contains("forebay_batches_total{model=\"delay\"} 3.0\n")
                .contains("forebay_copied_bytes_total{model=\"delay\",reason=\"matrix\"} 300.0\n")
                .contains("forebay_copied_bytes_total{model=\"delay\",reason=\"nulls\"} 8.0\n")
                .contains("forebay_stage_seconds_total{model=\"delay\",stage=\"run\"} 70.0\n")
                .contains("forebay_device_busy{model=\"delay\"} 0.25\n")
                .contains("forebay_batch_wait_seconds{model=\"delay\",quantile=\"0.99\"} 0.2\n")
                .contains("forebay_queued{model=\"delay\"} 3.0\n")
                .contains("forebay_heap_bytes_total{model=\"delay\"} 3500.0\n");
    }

    @Test
    void withoutARunNothingIsSaid() {
        assertThat(registry.scrape()).contains("forebay_device_busy{model=\"delay\"} NaN\n");
    }

    @Test
    void memoryIsThatOfTheContext() {
        try (Forebay forebay = Forebay.builder().memoryLimit("8MiB").build()) {
            meters.watch(forebay);
            try (BufferAllocator allocator = forebay.newAllocator("test");
                    ArrowBuf buffer = allocator.buffer(4096)) {
                assertThat(registry.get("forebay.memory.used.bytes").gauge().value())
                        .isCloseTo((double) buffer.capacity(), within(4096.0));
            }
            assertThat(registry.scrape()).contains("forebay_memory_limit_bytes{model=\"delay\"} 8388608.0\n");
        }
    }

    private static ScoreProgress progress(long rows, double busy, Map<CopyReason, Long> copied) {
        return new ScoreProgress(
                rows,
                100,
                new RunMetrics(
                        rows,
                        busy,
                        0.1,
                        0.05,
                        rows,
                        rows / 10,
                        0.9,
                        new RunMetrics.Stages(1, 2.0 * rows, 3, 4),
                        new RunMetrics.Wait(0.1, 0.2),
                        3,
                        copied,
                        100 * rows));
    }
}
