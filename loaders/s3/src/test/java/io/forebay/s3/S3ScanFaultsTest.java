// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Sink;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.parquet.ParquetSink;
import io.forebay.testkit.CellHashes;
import io.forebay.testkit.FaultyProxy;
import io.forebay.testkit.FaultyProxy.Fate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Data sets in a real store behind a bad network, from listing to the last row: the rows come as they are, or a typed error
 * does before the deadline, and nothing is left behind. {@code -Dforebay.storms} says how many storms.
 */
class S3ScanFaultsTest {
    private static final int STORMS = Integer.getInteger("forebay.storms", 50);
    private static final String DATA = "s3://lake/data/";
    private static final int ROWS = 8_000;
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    private static final RetryPolicy IMPATIENT =
            new RetryPolicy(6, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(300), DEADLINE);

    /** Of fifty connections. */
    private static final Fate[] STORM = {
        Fate.REFUSED,
        Fate.REFUSED,
        Fate.REFUSED,
        Fate.REFUSED,
        Fate.REFUSED,
        Fate.BUSY,
        Fate.BUSY,
        Fate.BUSY,
        Fate.BUSY,
        Fate.BUSY,
        Fate.BROKEN,
        Fate.BROKEN,
        Fate.BROKEN,
        Fate.BROKEN,
        Fate.BROKEN,
        Fate.SHORT_LENGTH,
        Fate.SHORT_LENGTH,
        Fate.LONG_LENGTH,
        Fate.LONG_LENGTH,
        Fate.FLIPPED,
        Fate.FLIPPED,
        Fate.FLIPPED,
        Fate.SILENT,
        Fate.EXPIRED
    };

    @TempDir
    Path folder;

    private S3Server server;
    private FaultyProxy proxy;
    private S3Storage storage;
    private Forebay forebay;
    private PagedParts parts;
    private PagedParts otherParts;
    private List<Integer> expected;
    private List<Integer> otherExpected;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        proxy = new FaultyProxy(server.endpoint());
        storage = new S3Storage(server.settings().withEndpoint(proxy.endpoint()), IMPATIENT, 1_000);
        forebay = Forebay.builder()
                .memoryLimit("64MiB")
                .threads(2)
                .storage(storage)
                .build();
        parts = write("flights-1.parquet");
        otherParts = write("flights-2.parquet");
        otherParts.putTo(server);
        otherExpected = CellHashes.of(stream());
        parts.putTo(server);
        expected = CellHashes.of(stream());
        assertThat(expected).isNotEqualTo(otherExpected);
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
        awaitNone("threads", () -> Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("forebay-"))
                .count());
        awaitNone("sockets", proxy::clients);
        proxy.close();
        server.stop();
    }

    /** Threads end soon after they are told to; the JDK keeps idle connections for some seconds. */
    private static void awaitNone(String what, LongSupplier left) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (left.getAsLong() > 0 && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        assertThat(left.getAsLong()).as(what).isZero();
    }

    @Test
    void storms() {
        int complete = 0;
        for (int seed = 0; seed < STORMS; seed++) {
            Random random = new Random(seed);
            proxy.flip(parts.first(), parts.offsetWithinPage(random));
            boolean[] replaced = {random.nextInt(20) != 0};
            int replacedAt = random.nextInt(10);
            proxy.decide(
                    connection -> {
                        synchronized (random) {
                            if (!replaced[0] && connection == replacedAt) {
                                otherParts.putTo(server);
                                replaced[0] = true;
                            }
                            int fate = random.nextInt(50);
                            return fate < STORM.length ? STORM[fate] : Fate.WELL;
                        }
                    },
                    random.nextInt(100_000));
            complete += endsWell("seed " + seed) ? 1 : 0;
            parts.putTo(server);
        }
        assertThat(complete).isBetween(STORMS / 3, STORMS - STORMS / 20);
    }

    @Test
    void aFlippedBitIsFound() {
        Random random = new Random(1);
        for (int i = 0; i < 20; i++) {
            proxy.flip(parts.first(), parts.offsetWithinPage(random));
            proxy.decide(connection -> Fate.FLIPPED, 0);
            ForebayException failure = failure();
            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.CORRUPT);
            assertThat(failure).hasMessageStartingWith("a page must match its checksum: ");
        }
    }

    /** Whether the rows came, one or the other; a failure is a typed one that came in time. */
    private boolean endsWell(String storm) {
        long startNanos = System.nanoTime();
        try {
            assertThat(CellHashes.of(stream())).as(storm).isIn(expected, otherExpected);
            return true;
        } catch (ForebayException e) {
            assertThat(e.kind()).as("%s: %s", storm, e).isIn(Kind.IO, Kind.CORRUPT);
            return false;
        } finally {
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos))
                    .as(storm)
                    .isLessThan(DEADLINE.multipliedBy(3));
            assertThat(forebay.memory().usedBytes()).as(storm).isZero();
        }
    }

    private ForebayException failure() {
        try {
            CellHashes.of(stream());
            return null;
        } catch (ForebayException e) {
            return e;
        }
    }

    private BatchStream stream() {
        return forebay.dataset(DATA).stream();
    }

    /** Rows of an example in two parts. */
    private PagedParts write(String example) throws IOException {
        Path out = folder.resolve(example);
        Dataset rows = forebay.dataset("../../examples/flights/data/" + example).limit(ROWS);
        try (BatchStream stream = rows.batchRows(ROWS / 4).stream();
                Sink.Writer writer = ParquetSink.at(out).partRows(ROWS / 2).open(forebay, stream.schema(), false)) {
            for (Batch batch : stream) {
                try (batch) {
                    writer.write(batch);
                }
            }
            writer.finish();
        }
        Files.delete(out.resolve("_SUCCESS"));
        return PagedParts.in(out);
    }
}
