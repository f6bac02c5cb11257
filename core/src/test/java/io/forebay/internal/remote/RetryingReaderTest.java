// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetryingReaderTest {
    private static final byte[] CONTENT = {1, 2, 3, 4};

    /** Another attempt would ask for no byte at all, which servers refuse. */
    @Test
    void aReadWithAllItsBytesIsDoneHoweverItsConnectionEnds() {
        AtomicInteger attempts = new AtomicInteger();
        RangeFetcher breaksAtTheEnd = (object, offset, target) -> {
            attempts.incrementAndGet();
            target.put(ByteBuffer.wrap(CONTENT));
            return CompletableFuture.failedFuture(RemoteFailure.broken("more was announced"));
        };
        StorageObject object = new StorageObject("test:file", "file", CONTENT.length, "1");
        ByteBuffer target = ByteBuffer.allocate(CONTENT.length);
        try (RetryingReader reader =
                new RetryingReader(object, breaksAtTheEnd, new RequestGovernor(), RetryPolicy.defaults())) {
            reader.readFully(0, target);
        }
        assertThat(target.array()).isEqualTo(CONTENT);
        assertThat(attempts).hasValue(1);
    }
}
