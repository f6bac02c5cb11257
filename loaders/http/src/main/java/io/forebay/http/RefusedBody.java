// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** A body that nobody wants: it fails at once, and no byte of it is waited for. */
final class RefusedBody<T extends @Nullable Object> implements BodySubscriber<T> {
    private final CompletableFuture<T> failed;

    RefusedBody(Exception failure) {
        this.failed = CompletableFuture.failedFuture(failure);
    }

    @Override
    public CompletionStage<T> getBody() {
        return failed;
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
