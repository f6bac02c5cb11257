// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.testkit.FileServer.Manner;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A storage that copies whole files keeps the contract where the server knows no ranges. */
class HttpWholeFilesTest extends HttpContract {
    private static final int LIMIT_BYTES = 1 << 20;

    HttpWholeFilesTest() throws IOException {
        super(LIMIT_BYTES);
    }

    @BeforeEach
    void giveWholeFiles() {
        server.giveWholeFiles();
    }

    @Test
    void aFileIsCopiedOnce() {
        StorageObject object = list(put("data.bin", bytes(1_000)));
        server.answer(request -> Manner.WELL);
        assertThat(readAll(object)).isEqualTo(bytes(1_000));
        assertThat(readAll(object)).isEqualTo(bytes(1_000));
        assertThat(server.requests()).isEqualTo(1);
    }

    @Test
    void allCopiesTogetherFitTheLimit() {
        StorageObject first = list(put("first.bin", bytes(LIMIT_BYTES)));
        StorageObject second = list(put("second.bin", bytes(1)));
        assertThat(readAll(first)).isEqualTo(bytes(LIMIT_BYTES));
        assertThatThrownBy(() -> readAll(second))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.LIMIT))
                .hasMessage("copies of whole files must fit what they may take: fileBytes=1, heldBytes=1048576,"
                        + " limitBytes=1048576 [at " + second.uri() + "]");
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"WELL", "WITHOUT_RANGES", "OTHER_RANGE", "FORBIDDEN"})
    void whatFailsAtFirstIsCopiedAgain(Manner manner) {
        byte[] content = bytes(50_000);
        StorageObject object = list(put("data.bin", content));
        server.answer(request -> request < 3 ? manner : Manner.WELL);
        assertThat(readAll(object)).isEqualTo(content);
        assertThat(server.requests()).isEqualTo(4);
    }

    @Test
    void aCopyThatFailedTakesNothing() {
        StorageObject object = list(put("data.bin", bytes(LIMIT_BYTES)));
        server.answer(request -> Manner.FORBIDDEN);
        assertThatThrownBy(() -> readAll(object)).hasMessageStartingWith("file must be open to everybody: status=403");
        server.answer(request -> Manner.WELL);
        assertThat(readAll(object)).isEqualTo(bytes(LIMIT_BYTES));
    }

    @Test
    void closingEndsWhatIsUnderWay() {
        StorageObject object = list(put("data.bin", bytes(50_000)));
        server.answer(request -> Manner.SILENT);
        CompletableFuture<Void> closed;
        CompletableFuture<Void> left;
        try (RangeReader other = storage.open(object)) {
            RangeReader reader = storage.open(object);
            closed = reader.read(0, ByteBuffer.allocate(50_000));
            left = other.read(0, ByteBuffer.allocate(50_000));
            reader.close();
            assertThat(closed).isCompletedExceptionally();
            assertThat(left).isNotDone();
            storage.close();
            assertThatThrownBy(left::join).hasCauseInstanceOf(ForebayException.class);
        }
    }
}
