// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.internal.remote.RangeTarget;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** Puts a body into a target as it comes, and stops the exchange once the target takes no more. */
final class BodyIntoTarget implements BodySubscriber<@Nullable Void> {
    private final RangeTarget target;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
    private long unwanted;
    private @Nullable Subscription subscription;

    /** @param unwanted how many bytes come before those that are wanted */
    BodyIntoTarget(RangeTarget target, long unwanted) {
        this.target = target;
        this.unwanted = unwanted;
    }

    @Override
    public CompletionStage<@Nullable Void> getBody() {
        return done;
    }

    @Override
    public void onSubscribe(Subscription body) {
        subscription = body;
        body.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {
        for (ByteBuffer some : bytes) {
            int skipped = (int) Math.min(unwanted, some.remaining());
            unwanted -= skipped;
            if (!target.put(some.position(some.position() + skipped))) {
                if (subscription != null) {
                    subscription.cancel();
                }
                done.complete(null);
                return;
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        done.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        done.complete(null);
    }
}
