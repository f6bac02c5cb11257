// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import io.forebay.Place;
import io.forebay.SourceChangedException;
import io.forebay.internal.remote.Callbacks;
import io.forebay.internal.remote.RangeFetcher;
import io.forebay.internal.remote.RangeTarget;
import io.forebay.internal.remote.RemoteFailure;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Ranged GETs, each on a thread of the storage, since the client waits. Thread-safe. */
final class S3Ranges implements RangeFetcher {
    private static final int CHUNK_BYTES = 64 << 10;

    private final S3Access access;

    S3Ranges(S3Access access) {
        this.access = access;
    }

    @Override
    public CompletableFuture<Void> fetch(StorageObject object, long offset, RangeTarget target) {
        AtomicReference<@Nullable ResponseInputStream<GetObjectResponse>> body = new AtomicReference<>();
        CompletableFuture<Void> done = access.submit(object.uri(), () -> {
            copy(object, offset, target, body);
            return null;
        });
        Callbacks.onEnd(done, (nothing, failure) -> {
            ResponseInputStream<GetObjectResponse> open = body.get();
            if (failure != null && open != null) {
                access.abort(open); // a thread may wait for it
            }
        });
        return done;
    }

    private void copy(
            StorageObject object,
            long offset,
            RangeTarget target,
            AtomicReference<@Nullable ResponseInputStream<GetObjectResponse>> open)
            throws IOException {
        int wanted = target.missingBytes();
        S3Location location = S3Location.parse(object.uri());
        GetObjectRequest request = GetObjectRequest.builder()
                .bucket(location.bucket())
                .key(location.key())
                .ifMatch(object.version())
                .range("bytes=" + offset + "-" + (offset + wanted - 1))
                .build();
        try (ResponseInputStream<GetObjectResponse> body = access.client().getObject(request)) {
            open.set(body);
            requireRange(object, offset, wanted, body.response());
            byte[] chunk = new byte[Math.min(CHUNK_BYTES, wanted)];
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                if (!target.put(ByteBuffer.wrap(chunk, 0, count))) {
                    body.abort();
                    return;
                }
            }
        }
    }

    /** Stores that know no If-Match or no ranges would answer with what was not asked for. */
    private static void requireRange(StorageObject object, long offset, int wanted, GetObjectResponse answer)
            throws RemoteFailure {
        if (!object.version().equals(answer.eTag())) {
            throw new SourceChangedException(
                    "object must not change while it is in use: listed version=" + object.version() + ", now version="
                            + answer.eTag(),
                    Place.of(object.uri()));
        }
        String expected = "bytes " + offset + "-" + (offset + wanted - 1) + "/" + object.sizeBytes();
        if (!expected.equals(answer.contentRange())) {
            throw RemoteFailure.broken("another range came: asked for " + expected + ", got " + answer.contentRange());
        }
    }
}
