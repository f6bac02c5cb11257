// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ranged reads of an object behind a network. A read goes on through broken, stalled and refused attempts, each from the
 * first byte that is missing, until it has all its bytes, the store says something final, attempts bring nothing, or time is
 * up. Thread-safe; {@link #close} ends the reads under way with a {@code cancelled} error.
 */
public final class RetryingReader implements RangeReader {
    private final StorageObject object;
    private final RangeFetcher fetcher;
    private final RequestGovernor governor;
    private final RetryPolicy policy;
    private final Set<RemoteRead> underWay = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    public RetryingReader(StorageObject object, RangeFetcher fetcher, RequestGovernor governor, RetryPolicy policy) {
        this.object = object;
        this.fetcher = fetcher;
        this.governor = governor;
        this.policy = policy;
    }

    @Override
    public StorageObject storageObject() {
        return object;
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer target) {
        ForebayException outside = outside(object, offset, target.remaining());
        if (outside != null) {
            return CompletableFuture.failedFuture(outside);
        }
        if (!target.hasRemaining()) {
            return CompletableFuture.completedFuture(null);
        }
        RemoteRead read = new RemoteRead(object, offset, target, fetcher, governor, policy);
        underWay.add(read);
        Callbacks.onEnd(read.result(), (done, failure) -> underWay.remove(read));
        if (closed) { // looked at after the read is known to close()
            read.cancel();
        } else {
            read.start();
        }
        return read.result();
    }

    /** The failure of a read that does not lie within its object, or null. */
    public static @Nullable ForebayException outside(StorageObject object, long offset, int bytes) {
        return offset >= 0 && offset <= object.sizeBytes() - bytes
                ? null
                : ForebayException.io("reads must end within the object: offset=" + offset + ", bytes=" + bytes
                                + ", objectBytes=" + object.sizeBytes())
                        .at(Place.of(object.uri()));
    }

    @Override
    public void cancel() {
        close();
    }

    @Override
    public void close() {
        closed = true;
        underWay.forEach(RemoteRead::cancel);
    }
}
