// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.parquet.ParquetSink;
import io.forebay.testkit.FaultyProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Many small objects, and a distant store. {@code -Dforebay.objects} says how many. */
class S3ScaleTest {
    private static final int OBJECTS = Integer.getInteger("forebay.objects", 1_000);
    private static final int ROWS = 20;
    private static final Duration DISTANCE = Duration.ofMillis(20);

    /** What a planned unit of five columns may keep on the heap. */
    private static final long HEAP_OF_UNIT_MAX = 8 << 10;

    @TempDir
    Path folder;

    private final Forebay local = Forebay.open();

    @AfterEach
    void close() {
        local.close();
    }

    /** Would take the distance three times for each object if they were not listed, planned and read at the same time. */
    @Test
    void manyObjectsAreNotReadOneByOne(TestReporter reporter) throws Exception {
        List<String> keys = IntStream.range(0, OBJECTS)
                .mapToObj(i -> String.format("many/day=%02d/%06d.parquet", i % 50, i))
                .toList();
        try (ManyObjects store = new ManyObjects(keys, Files.readAllBytes(write(ROWS)));
                FaultyProxy proxy = new FaultyProxy(store.endpoint());
                Forebay forebay = contextOver(proxy)) {
            drain(forebay.dataset("s3://lake/many/day=00/")); // classes are loaded
            proxy.delay(DISTANCE);
            long heapBefore = usedHeap();
            long startNanos = System.nanoTime();
            Dataset dataset = forebay.dataset("s3://lake/many/");
            assertThat(dataset.unitCount()).isEqualTo(OBJECTS);
            Duration planned = since(startNanos);
            long heapOfUnit = (usedHeap() - heapBefore) / OBJECTS;
            assertThat(heapOfUnit).isLessThan(HEAP_OF_UNIT_MAX);
            assertThat(drain(dataset)).isEqualTo((long) OBJECTS * ROWS);
            Duration all = since(startNanos);
            reporter.publishEntry(Map.of(
                    "objects",
                    "" + OBJECTS,
                    "planned",
                    planned.toString(),
                    "heap bytes of a unit",
                    "" + heapOfUnit,
                    "read",
                    all.toString()));
            assertThat(all).isLessThan(DISTANCE.multipliedBy(3L * OBJECTS).dividedBy(5));
        }
    }

    /** One to find the object, one for its footer, one for its columns. */
    @Test
    void theFirstBatchTakesThreeRoundTrips() throws Exception {
        byte[] file = Files.readAllBytes(write(100_000));
        try (ManyObjects store = new ManyObjects(List.of("one.parquet"), file);
                FaultyProxy proxy = new FaultyProxy(store.endpoint());
                Forebay forebay = contextOver(proxy)) {
            drain(forebay.dataset("s3://lake/one.parquet")); // classes are loaded
            Duration distance = Duration.ofMillis(300);
            proxy.delay(distance);
            long startNanos = System.nanoTime();
            try (BatchStream stream = forebay.dataset("s3://lake/one.parquet").stream();
                    Batch batch = stream.next()) {
                assertThat(batch.rows()).isPositive();
                assertThat(since(startNanos)).isBetween(distance.multipliedBy(3), distance.multipliedBy(4));
            }
        }
    }

    private static Forebay contextOver(FaultyProxy proxy) {
        S3Settings settings =
                S3Settings.defaults().withEndpoint(proxy.endpoint()).withAnonymous(true);
        int pageKeys = Math.min(1_000, OBJECTS / 20);
        return Forebay.builder()
                .threads(1)
                .storage(new S3Storage(settings, RetryPolicy.defaults(), pageKeys))
                .build();
    }

    private Path write(int rows) throws IOException {
        try (BatchStream stream = local.dataset("../../examples/flights/data/flights-0.parquet").limit(rows).stream();
                Sink.Writer writer = ParquetSink.at(folder).open(local, stream.schema(), false)) {
            for (Batch batch : stream) {
                try (batch) {
                    writer.write(batch);
                }
            }
            writer.finish();
        }
        return folder.resolve("part-0.parquet");
    }

    private static long drain(Dataset dataset) {
        long rows = 0;
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }

    private static long usedHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
