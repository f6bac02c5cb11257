// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.remote.Callbacks;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Files that their servers send only whole: each is copied to the heap when it is first read, and kept. Thread-safe.
 */
final class WholeFiles implements AutoCloseable {
    private final long bytesMax;
    private final Set<StorageObject> known = ConcurrentHashMap.newKeySet();
    private final Set<RangeReader> underWay = ConcurrentHashMap.newKeySet();

    // guarded by this
    private final Map<StorageObject, CompletableFuture<ByteBuffer>> copies = new HashMap<>();
    private long bytesHeld;

    /** @param bytesMax the most that all copies together may take; 0 where no file is to be copied */
    WholeFiles(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    boolean areAllowed() {
        return bytesMax > 0;
    }

    /** Notes that a file is one of these. */
    void add(StorageObject file) {
        known.add(file);
    }

    boolean contains(StorageObject file) {
        return known.contains(file);
    }

    /** @param download reads the whole file */
    RangeReader open(StorageObject file, Function<StorageObject, RangeReader> download) {
        return new WholeFileReader(file, () -> copy(file, download));
    }

    private synchronized CompletableFuture<ByteBuffer> copy(
            StorageObject file, Function<StorageObject, RangeReader> download) {
        CompletableFuture<ByteBuffer> made = copies.get(file);
        if (made != null) {
            return made;
        }
        long bytes = file.sizeBytes();
        if (bytes > bytesMax - bytesHeld || bytes > Integer.MAX_VALUE - 8) {
            return CompletableFuture.failedFuture(
                    ForebayException.limit("copies of whole files must fit what they may take: fileBytes=" + bytes
                                    + ", heldBytes=" + bytesHeld + ", limitBytes=" + bytesMax)
                            .at(Place.of(file.uri())));
        }
        ByteBuffer content = ByteBuffer.allocate((int) bytes);
        RangeReader reader = download.apply(file);
        CompletableFuture<ByteBuffer> copy = new CompletableFuture<>();
        bytesHeld += bytes;
        copies.put(file, copy);
        underWay.add(reader);
        Callbacks.onEnd(reader.read(0, content), (done, failure) -> {
            underWay.remove(reader);
            if (failure == null) {
                copy.complete(content.flip().asReadOnlyBuffer());
            } else {
                forget(file);
                copy.completeExceptionally(failure);
            }
        });
        return copy;
    }

    private synchronized void forget(StorageObject file) {
        copies.remove(file);
        bytesHeld -= file.sizeBytes();
    }

    /** Ends the downloads under way. */
    @Override
    public void close() {
        underWay.forEach(RangeReader::close);
    }
}
