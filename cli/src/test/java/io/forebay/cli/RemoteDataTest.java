// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.cli.ForebayProcess.Outcome;
import io.forebay.testkit.CellHashes;
import io.forebay.testkit.FileServer;
import io.forebay.testkit.FileServer.Manner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real data behind a web server are what they are on disk, however the server behaves. */
class RemoteDataTest {
    private static final Path SHARD = Path.of("../examples/flights/data/flights-1.parquet");
    private static final int STORMS = 12;

    private final FileServer server = new FileServer();
    private final String address = server.put("flights/flights-1.parquet", Files.readAllBytes(SHARD));

    RemoteDataTest() throws IOException {}

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void theCommandLineTakesAddresses() throws Exception {
        Outcome remote = ForebayProcess.run("cat", "--filter", "delay > 600", address);
        assertThat(remote.err()).isEmpty();
        assertThat(remote.out())
                .isNotEmpty()
                .isEqualTo(ForebayProcess.run("cat", "--filter", "delay > 600", SHARD.toString())
                        .out());
        Outcome absent = ForebayProcess.run("schema", address + "x");
        assertThat(absent.status()).isEqualTo(1);
        assertThat(absent.err()).isEqualTo("forebay: io: file must exist: status=404 [at " + address + "x]\n");
    }

    /** Would take more than 3 s if the files were looked at one by one. */
    @Test
    void manyFilesArePlannedAtTheSameTime() throws IOException {
        String[] addresses = new String[32];
        for (int i = 0; i < addresses.length; i++) {
            addresses[i] = server.put("flights/" + i + ".parquet", Files.readAllBytes(SHARD));
        }
        server.delay(Duration.ofMillis(50));
        try (Forebay forebay = Forebay.open()) {
            long startNanos = System.nanoTime();
            Dataset dataset = forebay.dataset(addresses);
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(2));
            long rows = forebay.dataset(SHARD.toString()).rows();
            assertThat(dataset.rows()).isEqualTo(addresses.length * rows);
        }
    }

    /** A checkpoint says nothing of where the data lie. */
    @Test
    void aStreamGoesOnWhereverItsDataLie() {
        try (Forebay forebay = Forebay.open()) {
            Dataset local = forebay.dataset(SHARD.toString()).batchRows(50_000);
            Dataset remote = forebay.dataset(address).batchRows(50_000);
            try (BatchStream first = local.stream();
                    Batch batch = first.next();
                    BatchStream rest = remote.stream(batch.checkpoint());
                    BatchStream expected = local.stream(batch.checkpoint())) {
                assertThat(CellHashes.of(rest)).isEqualTo(CellHashes.of(expected));
            }
        }
    }

    @Test
    void storms() {
        try (Forebay forebay = Forebay.builder().trackAllocations(true).build()) {
            List<Integer> expected;
            try (BatchStream local = forebay.dataset(SHARD.toString()).stream()) {
                expected = CellHashes.of(local);
            }
            Manner[] manners = {
                Manner.WELL, Manner.WELL, Manner.SLOW_DOWN, Manner.BROKEN_BODY, Manner.SHORT_BODY, Manner.HANG_UP
            };
            for (int seed = 0; seed < STORMS; seed++) {
                Random random = new Random(seed);
                server.answer(request -> {
                    synchronized (random) {
                        return manners[random.nextInt(manners.length)];
                    }
                });
                try (BatchStream stream = forebay.dataset(address).stream()) {
                    assertThat(CellHashes.of(stream)).isEqualTo(expected);
                }
            }
        }
    }

    @Test
    void dataThatAreReplacedAreRefused() {
        try (Forebay forebay = Forebay.open()) {
            Dataset dataset = forebay.dataset(address);
            server.put("flights/flights-1.parquet", new byte[100]);
            try (BatchStream stream = dataset.stream()) {
                assertThatExceptionOfType(ForebayException.class)
                        .isThrownBy(() -> CellHashes.of(stream))
                        .withMessageStartingWith("file must not change while it is in use: ")
                        .withMessageContaining(address);
            }
        }
    }

    /** Would take until the read's deadline if closing did not end the read. */
    @Test
    void closingDoesNotWaitForAServerThatIsSilent() {
        try (Forebay forebay = Forebay.open()) {
            Dataset dataset = forebay.dataset(address);
            server.answer(request -> Manner.SILENT);
            BatchStream stream = dataset.stream();
            CompletableFuture<Batch> batch = CompletableFuture.supplyAsync(stream::next);
            while (server.requests() == 0) {
                Thread.onSpinWait();
            }
            long startNanos = System.nanoTime();
            stream.close();
            assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(2));
            assertThatThrownBy(batch::join).hasCauseInstanceOf(ForebayException.class);
        }
    }
}
