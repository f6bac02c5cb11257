// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.remote.Callbacks;
import io.forebay.internal.remote.RetryingReader;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Ranges of a file that is copied whole, once the copy is there. Thread-safe. */
final class WholeFileReader implements RangeReader {
    private final StorageObject file;
    private final Supplier<CompletableFuture<ByteBuffer>> copy;
    private final CompletableFuture<Void> closing = new CompletableFuture<>();

    WholeFileReader(StorageObject file, Supplier<CompletableFuture<ByteBuffer>> copy) {
        this.file = file;
        this.copy = copy;
    }

    @Override
    public StorageObject storageObject() {
        return file;
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer target) {
        ForebayException outside = RetryingReader.outside(file, offset, target.remaining());
        if (outside != null) {
            return CompletableFuture.failedFuture(outside);
        }
        CompletableFuture<Void> result = new CompletableFuture<>();
        Callbacks.onEnd(
                closing,
                (closed, none) ->
                        result.completeExceptionally(ForebayException.cancelled("a closed reader reads no more")
                                .at(Place.of(file.uri()))));
        Callbacks.onEnd(copy.get(), (content, failure) -> {
            if (failure == null) {
                put(content.slice((int) offset, target.remaining()), target);
                result.complete(null);
            } else {
                result.completeExceptionally(failure);
            }
        });
        return result;
    }

    /** Once the reader is closed the target is another's. */
    private synchronized void put(ByteBuffer bytes, ByteBuffer target) {
        if (!closing.isDone()) {
            target.put(bytes);
        }
    }

    @Override
    public void cancel() {
        close();
    }

    @Override
    public synchronized void close() {
        closing.complete(null);
    }
}
