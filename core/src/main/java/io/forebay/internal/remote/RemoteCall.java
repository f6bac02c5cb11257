// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** A small request that the caller waits for, made again until it succeeds, the store says something final, or time is up. */
public final class RemoteCall {
    private RemoteCall() {}

    /**
     * The outcome of {@code request}, over as many attempts as the policy allows.
     *
     * @param request starts an attempt, which fails with a {@link RemoteFailure} where another may succeed
     */
    public static <T> T await(RetryPolicy policy, Place place, Supplier<CompletableFuture<T>> request) {
        long startNanos = System.nanoTime();
        for (int failures = 1; ; failures++) {
            RemoteFailure failure;
            try {
                return attempt(policy, place, request.get());
            } catch (RemoteFailure e) {
                failure = e;
            }
            Duration delay = policy.delay(failures, failure);
            boolean late = delay.plusNanos(System.nanoTime() - startNanos).compareTo(policy.deadline()) >= 0;
            if (late || failures >= policy.attemptsMax()) {
                throw new ForebayException(
                        Kind.IO,
                        "a request must succeed: attempts=" + failures + ", last failure: " + failure.getMessage(),
                        place,
                        failure);
            }
            pause(delay, place);
        }
    }

    private static <T> T attempt(RetryPolicy policy, Place place, CompletableFuture<T> answer) throws RemoteFailure {
        try {
            return answer.get(policy.stallMax().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw RemoteFailure.broken("no answer came for " + policy.stallMax());
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw interrupted(place, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ForebayException last) {
                throw last.at(place);
            }
            throw e.getCause() instanceof RemoteFailure remote
                    ? remote
                    : RemoteFailure.broken(String.valueOf(e.getCause()));
        }
    }

    private static void pause(Duration delay, Place place) {
        try {
            TimeUnit.NANOSECONDS.sleep(delay.toNanos());
        } catch (InterruptedException e) {
            throw interrupted(place, e);
        }
    }

    private static ForebayException interrupted(Place place, InterruptedException cause) {
        Thread.currentThread().interrupt();
        return new ForebayException(Kind.CANCELLED, "the request was interrupted", place, cause);
    }
}
