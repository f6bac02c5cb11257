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
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.io.TempDir;

/** Many small objects, and a distant store. {@code -Dforebay.objects} says how many. */
class S3ScaleTest {
    private static final int OBJECTS = Integer.getInteger("forebay.objects", 1_000);
    private static final int ROWS = 20;
    private static final Duration DISTANCE = Duration.ofMillis(20);

    @TempDir
    Path folder;

    private S3Server server;
    private FaultyProxy proxy;
    private Forebay forebay;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        proxy = new FaultyProxy(server.endpoint());
        forebay = Forebay.builder()
                .threads(1)
                .storage(new S3Storage(
                        server.settings().withEndpoint(proxy.endpoint()), RetryPolicy.defaults(), OBJECTS / 20))
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        forebay.close();
        proxy.close();
        server.stop();
    }

    /** Would take the distance three times for each object if they were not listed, planned and read at the same time. */
    @Test
    void manyObjectsAreNotReadOneByOne(TestReporter reporter) throws Exception {
        byte[] file = Files.readAllBytes(write(ROWS));
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (int i = 0; i < OBJECTS; i++) {
            String key = String.format("many/day=%02d/%06d.parquet", i % 50, i);
            threads.execute(() -> server.put(key, file));
        }
        threads.shutdown();
        assertThat(threads.awaitTermination(10, TimeUnit.MINUTES)).isTrue();
        proxy.delay(DISTANCE);
        long startNanos = System.nanoTime();
        Dataset dataset = forebay.dataset("s3://lake/many/");
        assertThat(dataset.unitCount()).isEqualTo(OBJECTS);
        Duration planned = since(startNanos);
        assertThat(drain(dataset)).isEqualTo((long) OBJECTS * ROWS);
        Duration all = since(startNanos);
        reporter.publishEntry(Map.of("objects", "" + OBJECTS, "planned", planned.toString(), "read", all.toString()));
        assertThat(all).isLessThan(DISTANCE.multipliedBy(3L * OBJECTS).dividedBy(5));
    }

    /** One to find the object, one for its footer, one for its columns. */
    @Test
    void theFirstBatchTakesThreeRoundTrips() throws Exception {
        server.put("one.parquet", Files.readAllBytes(write(100_000)));
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

    private Path write(int rows) throws IOException {
        try (BatchStream stream =
                        forebay.dataset("../../examples/flights/data/flights-0.parquet").limit(rows).stream();
                Sink.Writer writer = ParquetSink.at(folder).open(forebay, stream.schema(), false)) {
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

    private static Duration since(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }
}
