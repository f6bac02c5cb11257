// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.OutOfMemoryException;
import org.junit.jupiter.api.Test;

/** What a wait for a read throws. */
class RangeReaderTest {
    @Test
    void aFailureWithAKindIsThrownAsItIs() {
        ForebayException failure = new ForebayException(Kind.CANCELLED, "enough");
        assertThatThrownBy(() -> RangeReader.await(CompletableFuture.failedFuture(failure)))
                .isSameAs(failure);
    }

    /** Nobody shall take it for damage of the data. */
    @Test
    void whateverElseAStorageThrowsIsAFailureOfTheRead() {
        CompletableFuture<Void> cancelled = new CompletableFuture<>();
        cancelled.cancel(true);
        requireIo(cancelled);
        requireIo(CompletableFuture.failedFuture(new IllegalStateException("odd")));
        requireIo(CompletableFuture.failedFuture(new IOException("gone")));
    }

    private static void requireIo(CompletableFuture<Void> read) {
        assertThatThrownBy(() -> RangeReader.await(read))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO))
                .hasMessageStartingWith("a read failed: java.");
    }

    @Test
    void memoryThatRunsOutStaysWhatItIs() {
        for (Throwable failure : new Throwable[] {new OutOfMemoryException("full"), new OutOfMemoryError("full")}) {
            assertThatThrownBy(() -> RangeReader.await(CompletableFuture.failedFuture(failure)))
                    .isSameAs(failure);
        }
    }
}
