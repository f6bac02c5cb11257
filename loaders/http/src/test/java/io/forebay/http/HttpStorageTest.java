// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.SourceChangedException;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.testkit.FileServer.Manner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files behind a web server keep the contract, and arrive whole or not at all however the server behaves. */
class HttpStorageTest extends HttpContract {
    HttpStorageTest() throws IOException {
        super(0);
    }

    @Test
    void aClosedStorageReadsNoMore() {
        StorageObject object = list(put("data.bin", bytes(100)));
        storage.close();
        assertThatThrownBy(() -> readAll(object)).hasMessageStartingWith("a closed storage reads no more");
        assertThatThrownBy(() -> storage.list(object.uri())).hasMessageStartingWith("a closed storage reads no more");
    }

    @Test
    void otherLocationsAreOthers() {
        assertThat(storage.handles("HTTPS://host/x")).isTrue();
        assertThat(storage.handles("s3://bucket/x")).isFalse();
        assertThat(storage.handles("http/x")).isFalse();
    }

    @Test
    void addressesMustBeUrls() {
        for (String location : new String[] {"http://", "http:///x", "http://host/a b", "https://[/x"}) {
            requireFailure(location, () -> storage.list(location));
        }
    }

    @Test
    void namesMayHoldWhatUrlsEscape() {
        StorageObject object = list(put("a folder/100 %.bin", bytes(10)));
        assertThat(object.fileName()).isEqualTo("100 %.bin");
        assertThat(readAll(object)).isEqualTo(bytes(10));
    }

    @Test
    void aServerMustAnswerRangedRequests() {
        String location = put("data.bin", bytes(100));
        server.answer(request -> Manner.WITHOUT_RANGES);
        assertThatThrownBy(() -> storage.list(location))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.UNSUPPORTED))
                .hasMessage("server must answer ranged requests: status=200 [at " + location + "]");
    }

    @Test
    void aRefusalIsFinal() {
        String location = put("data.bin", bytes(100));
        StorageObject object = list(location);
        server.answer(request -> Manner.FORBIDDEN);
        assertThatThrownBy(() -> storage.list(location))
                .hasMessage("file must be open to everybody: status=403 [at " + location + "]");
        assertThatThrownBy(() -> readAll(object))
                .hasMessage("file must be open to everybody: status=403 [at " + location + "]");
        assertThat(server.requests()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WELL", "WITHOUT_RANGES", "FORBIDDEN"})
    void whatFailsAtFirstIsReadAgain(Manner manner) {
        byte[] content = bytes(50_000);
        StorageObject object = list(put("data.bin", content));
        server.answer(request -> request < 3 ? manner : Manner.WELL);
        assertThat(readAll(object)).isEqualTo(content);
        assertThat(server.requests()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(names = {"SERVER_ERROR", "SLOW_DOWN", "BROKEN_BODY", "STALLED_BODY", "SILENT", "HANG_UP"})
    void whatFailsAtFirstIsListedAgain(Manner manner) {
        String location = put("data.bin", bytes(100));
        server.answer(request -> request < 3 ? manner : Manner.WELL);
        assertThat(list(location).sizeBytes()).isEqualTo(100);
        assertThat(server.requests()).isEqualTo(4);
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WELL", "WITHOUT_RANGES", "FORBIDDEN", "SILENT", "STALLED_BODY", "BROKEN_BODY", "SHORT_BODY"})
    void whatFailsAlwaysIsGivenUp(Manner manner) {
        StorageObject object = list(put("data.bin", bytes(50_000)));
        server.answer(request -> manner);
        assertThatThrownBy(() -> readAll(object))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.IO))
                .hasMessageStartingWith("a range must be readable: attempts=8, last failure: ")
                .hasMessageEndingWith(" [at " + object.uri() + "]");
        if (manner != Manner.HANG_UP) { // there the client tries again by itself, too
            assertThat(server.requests()).isEqualTo(8);
        }
    }

    /** Would fail if an attempt that brought bytes counted as one that did not. */
    @Test
    void progressIsNoFailure() {
        byte[] content = bytes(1 << 20); // halved 16 times, it has bytes left
        StorageObject object = list(put("data.bin", content));
        server.answer(request -> request < 2 * IMPATIENT.attemptsMax() ? Manner.BROKEN_BODY : Manner.WELL);
        assertThat(readAll(object)).isEqualTo(content);
        assertThat(server.requests()).isEqualTo(2 * IMPATIENT.attemptsMax() + 1);
    }

    @Test
    void everyReadEndsByItsDeadline() {
        RetryPolicy hasty = new RetryPolicy(
                1_000, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofSeconds(60), Duration.ofMillis(500));
        StorageObject object = list(put("data.bin", bytes(50_000)));
        for (Manner manner : new Manner[] {Manner.SILENT, Manner.STALLED_BODY, Manner.SLOW_DOWN, Manner.HANG_UP}) {
            server.answer(request -> manner);
            try (HttpStorage storage = new HttpStorage(hasty, 0);
                    RangeReader reader = storage.open(object)) {
                long startNanos = System.nanoTime();
                assertThatThrownBy(() -> reader.readFully(0, ByteBuffer.allocate(50_000)))
                        .hasMessageStartingWith("a read must end within its deadline: ");
                assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(Duration.ofSeconds(5));
            }
        }
    }

    @Test
    void versionsWithoutAnEtagAreTimes() {
        server.validateBy("Last-Modified");
        StorageObject object = list(put("data.bin", bytes(100)));
        assertThat(readAll(object)).isEqualTo(bytes(100));
        put("data.bin", bytes(100));
        assertThatExceptionOfType(SourceChangedException.class)
                .isThrownBy(() -> readAll(object))
                .withMessageContaining("listed version=v1, now version=v2");
    }

    @Test
    void aReadIsNeverAMixture() {
        byte[] content = bytes(50_000);
        StorageObject object = list(put("data.bin", content));
        server.answer(request -> {
            if (request == 1) {
                put("data.bin", bytes(50_000));
            }
            return request == 0 ? Manner.BROKEN_BODY : Manner.WELL;
        });
        assertThatExceptionOfType(SourceChangedException.class).isThrownBy(() -> readAll(object));
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        StorageObject object = list(put("data.bin", bytes(50_000)));
        server.answer(request -> Manner.SILENT);
        RangeReader reader = storage.open(object);
        ByteBuffer target = ByteBuffer.allocate(50_000);
        CompletableFuture<Void> read = reader.read(0, target);
        reader.close();
        assertThatThrownBy(read::join)
                .hasCauseInstanceOf(ForebayException.class)
                .hasRootCauseMessage("a closed reader reads no more [at " + object.uri() + "]");
    }

    @Test
    void aStormEndsInTheBytesOrAnError() {
        byte[] content = bytes(200_000);
        StorageObject object = list(put("data.bin", content));
        Manner[] manners = {
            Manner.WELL,
            Manner.WELL,
            Manner.WELL,
            Manner.SLOW_DOWN,
            Manner.BROKEN_BODY,
            Manner.HANG_UP,
            Manner.SERVER_ERROR,
            Manner.OTHER_RANGE
        };
        for (int seed = 0; seed < 50; seed++) {
            Random random = new Random(seed);
            server.answer(request -> {
                synchronized (random) {
                    return manners[random.nextInt(manners.length)];
                }
            });
            ByteBuffer[] parts = new ByteBuffer[20];
            CompletableFuture<?>[] reads = new CompletableFuture<?>[parts.length];
            try (RangeReader reader = storage.open(object)) {
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = ByteBuffer.allocate(10_000);
                    reads[i] = reader.read(i * 10_000L, parts[i]);
                }
                CompletableFuture.allOf(reads).exceptionally(failure -> null).join();
            }
            for (int i = 0; i < parts.length; i++) {
                if (reads[i].isCompletedExceptionally()) {
                    assertThatThrownBy(reads[i]::join).hasCauseInstanceOf(ForebayException.class);
                } else {
                    assertThat(parts[i].flip()).isEqualTo(ByteBuffer.wrap(content, i * 10_000, 10_000));
                }
            }
        }
    }
}
