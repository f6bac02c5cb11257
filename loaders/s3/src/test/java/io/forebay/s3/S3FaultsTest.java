// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.testkit.FaultyProxy;
import io.forebay.testkit.FaultyProxy.Fate;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real S3 server behind a bad network: the bytes come, or an error before the deadline. */
@Timeout(120)
class S3FaultsTest {
    private static final int SEEDS = Integer.getInteger("forebay.storms", 50);
    private static final int READS = 8;
    private static final int READ_BYTES = 25_000;
    private static final RetryPolicy IMPATIENT = new RetryPolicy(
            6, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofMillis(500), Duration.ofSeconds(10));

    private final byte[] content = new byte[READS * READ_BYTES];
    private S3Server server;
    private FaultyProxy proxy;
    private S3Storage storage;
    private StorageObject object;

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(content);
        server = new S3Server();
        proxy = new FaultyProxy(server.endpoint());
        S3Settings settings = server.settings().withEndpoint(proxy.endpoint());
        storage = new S3Storage(settings, IMPATIENT, 1_000);
        object = storage.list(server.put("data.bin", content)).get(0);
    }

    @AfterEach
    void stop() throws Exception {
        storage.close();
        proxy.close();
        server.stop();
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"EXPIRED", "FLIPPED"})
    void whatFailsAtFirstIsReadAgain(Fate fate) {
        proxy.decide(connection -> connection < 2 ? fate : Fate.WELL, 10_000);
        ByteBuffer target = ByteBuffer.allocate(content.length);
        try (RangeReader reader = storage.open(object)) {
            reader.readFully(0, target);
        }
        assertThat(target.array()).isEqualTo(content);
    }

    /** The JDK may take five seconds to close a stream that fell silent, one time in five. */
    @RepeatedTest(10)
    void silenceIsEndedInTime() {
        proxy.decide(connection -> connection < 2 ? Fate.SILENT : Fate.WELL, 10_000);
        long startNanos = System.nanoTime();
        try (RangeReader reader = storage.open(object)) {
            reader.readFully(0, ByteBuffer.allocate(content.length));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(4));
    }

    @Test
    void whatFailsAlwaysIsGivenUp() {
        for (Fate fate : new Fate[] {Fate.REFUSED, Fate.BUSY}) {
            proxy.decide(connection -> fate, 0);
            try (RangeReader reader = storage.open(object)) {
                assertThatThrownBy(() -> reader.readFully(0, ByteBuffer.allocate(content.length)))
                        .hasMessageStartingWith("a range must be readable: attempts=6, last failure: ")
                        .hasMessageEndingWith(" [at s3://lake/data.bin]");
            }
        }
    }

    @Test
    void expiredCredentialsAreFinal() {
        AtomicInteger connections = new AtomicInteger();
        proxy.decide(
                connection -> {
                    connections.incrementAndGet();
                    return Fate.EXPIRED;
                },
                0);
        try (RangeReader reader = storage.open(object)) {
            assertThatThrownBy(() -> reader.readFully(0, ByteBuffer.allocate(content.length)))
                    .hasMessage("access must be allowed: status=403, code=ExpiredToken [at s3://lake/data.bin]");
        }
        assertThat(connections).hasValue(1);
    }

    @Test
    void aStormEndsInTheBytesOrAnError() {
        Fate[] fates = {Fate.WELL, Fate.WELL, Fate.WELL, Fate.REFUSED, Fate.BUSY, Fate.BROKEN};
        int complete = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            proxy.decide(
                    connection -> {
                        synchronized (random) {
                            return fates[random.nextInt(fates.length)];
                        }
                    },
                    random.nextInt(30_000));
            complete += readInParts() ? 1 : 0;
        }
        assertThat(complete).isGreaterThan(SEEDS / 2);
    }

    /** Reads the object by ranges at the same time; whether all succeeded. */
    private boolean readInParts() {
        ByteBuffer[] parts = new ByteBuffer[READS];
        CompletableFuture<?>[] reads = new CompletableFuture<?>[READS];
        try (RangeReader reader = storage.open(object)) {
            for (int i = 0; i < READS; i++) {
                parts[i] = ByteBuffer.allocate(READ_BYTES);
                reads[i] = reader.read((long) i * READ_BYTES, parts[i]);
            }
            CompletableFuture.allOf(reads).exceptionally(failure -> null).join();
        }
        for (int i = 0; i < READS; i++) {
            if (reads[i].isCompletedExceptionally()) {
                assertThatThrownBy(reads[i]::join).hasCauseInstanceOf(ForebayException.class);
            } else {
                assertThat(parts[i].array())
                        .isEqualTo(Arrays.copyOfRange(content, i * READ_BYTES, (i + 1) * READ_BYTES));
            }
        }
        return Arrays.stream(reads).noneMatch(CompletableFuture::isCompletedExceptionally);
    }
}
