// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.ForebayException;
import io.forebay.internal.remote.Callbacks;
import io.forebay.internal.remote.RangeFetcher;
import io.forebay.internal.remote.RangeTarget;
import io.forebay.internal.remote.RemoteFailure;
import io.forebay.spi.StorageObject;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscribers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Ranged GET requests (RFC 9110, section 14), whose bodies go where they belong as they come. Thread-safe. */
final class HttpRanges implements RangeFetcher {
    private final HttpThreads threads;

    HttpRanges(HttpThreads threads) {
        this.threads = threads;
    }

    @Override
    public CompletableFuture<Void> fetch(StorageObject object, long offset, RangeTarget target) {
        long last = offset + target.missingBytes() - 1;
        HttpRequest.Builder request = request(URI.create(object.uri()), offset, last);
        return get(object, request, answer -> answer.mismatch(object, offset, last), target, 0);
    }

    /** A fetcher that gets the whole file, for servers that answer no ranged requests, and leaves out what is not missing. */
    RangeFetcher whole() {
        return (object, offset, target) -> {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(object.uri()));
            return get(object, request, answer -> answer.mismatch(object), target, offset);
        };
    }

    /**
     * Asks for the version that was listed, and puts the body where it belongs.
     *
     * @param mismatch the failure of an answer that is not what was asked for, or null
     * @param unwanted how many bytes of the body come before those that are wanted
     */
    private CompletableFuture<Void> get(
            StorageObject object,
            HttpRequest.Builder request,
            Function<HttpAnswer, @Nullable Exception> mismatch,
            RangeTarget target,
            long unwanted) {
        if (object.version().startsWith("\"")) { // a strong ETag; weak ones and times are looked for in the answer
            request.header("If-Match", object.version());
        }
        return send(request.build(), info -> {
            HttpAnswer answer = new HttpAnswer(info.statusCode(), info.headers());
            Exception failure = answer.failure(object.uri());
            if (failure == null) {
                failure = mismatch.apply(answer);
            }
            return failure == null ? new BodyIntoTarget(target, unwanted) : UnreadBody.refused(failure);
        });
    }

    /**
     * A file, and how its server gives it.
     *
     * @param inRanges whether the server answers ranged requests
     */
    record Described(StorageObject file, boolean inRanges) {}

    /**
     * Asks for the first byte of a file, and so learns its size, its version and whether the server answers such requests.
     *
     * @param wholeToo whether a server that does not will do
     */
    CompletableFuture<Described> describe(String location, URI uri, boolean wholeToo) {
        return send(request(uri, 0, 0).build(), info -> {
            HttpAnswer answer = new HttpAnswer(info.statusCode(), info.headers());
            long bytes = answer.totalBytes();
            if (answer.isEmptyFile() || (answer.status() == HttpAnswer.PARTIAL_CONTENT && bytes >= 0)) {
                return BodySubscribers.replacing(new Described(objectAt(location, uri, bytes, answer), true));
            }
            if (wholeToo && answer.isWhole() && answer.contentLength() >= 0) {
                return UnreadBody.of(new Described(objectAt(location, uri, answer.contentLength(), answer), false));
            }
            Exception failure = answer.failure(location);
            return UnreadBody.refused(failure == null ? answer.withoutRanges(location) : failure);
        });
    }

    private static StorageObject objectAt(String location, URI uri, long bytes, HttpAnswer answer) {
        String path = uri.getPath();
        return new StorageObject(location, path.substring(path.lastIndexOf('/') + 1), bytes, answer.version());
    }

    private static HttpRequest.Builder request(URI uri, long first, long last) {
        return HttpRequest.newBuilder(uri).header("Range", "bytes=" + first + "-" + last);
    }

    /**
     * Sends a request.
     *
     * @return the body, or the failure that the handler refused it with, or a {@link RemoteFailure}. Cancelling it ends
     *     the exchange
     */
    <T extends @Nullable Object> CompletableFuture<T> send(HttpRequest request, BodyHandler<T> handler) {
        CompletableFuture<HttpResponse<T>> sent = threads.client().sendAsync(request, handler);
        CompletableFuture<T> body = new CompletableFuture<>();
        Callbacks.onEnd(sent, (response, failure) -> {
            if (failure == null) {
                body.complete(response.body());
            } else {
                body.completeExceptionally(ours(failure));
            }
        });
        Callbacks.onEnd(body, (done, failure) -> {
            if (body.isCancelled()) {
                sent.cancel(true);
            }
        });
        return body;
    }

    /** The failure of ours that the client wrapped, or one that says what broke. */
    private static Throwable ours(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ForebayException || cause instanceof RemoteFailure) {
                return cause;
            }
        }
        return RemoteFailure.broken(
                String.valueOf(failure instanceof CompletionException ? failure.getCause() : failure));
    }
}
