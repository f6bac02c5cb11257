// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** A body that nobody wants: the head has said it all, and no byte of it is waited for. */
final class UnreadBody<T extends @Nullable Object> implements BodySubscriber<T> {
    private final CompletableFuture<T> outcome;

    private UnreadBody(CompletableFuture<T> outcome) {
        this.outcome = outcome;
    }

    static <T extends @Nullable Object> UnreadBody<T> refused(Exception failure) {
        return new UnreadBody<>(CompletableFuture.failedFuture(failure));
    }

    static <T> UnreadBody<T> of(T value) {
        return new UnreadBody<>(CompletableFuture.completedFuture(value));
    }

    @Override
    public CompletionStage<T> getBody() {
        return outcome;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.cancel();
    }

    @Override
    public void onNext(List<ByteBuffer> bytes) {}

    @Override
    public void onError(Throwable failure) {}

    @Override
    public void onComplete() {}
}
