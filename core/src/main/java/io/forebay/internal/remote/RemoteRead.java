// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.internal.remote.RequestGovernor.Permit;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * One read, over as many attempts as it takes: waits for a turn, fetches what is missing, looks at how the attempt ended,
 * and ends, or waits and starts again. Used once; thread-safe.
 */
final class RemoteRead {
    private final StorageObject object;
    private final long end;
    private final ByteBuffer buffer;
    private final RangeFetcher fetcher;
    private final RequestGovernor governor;
    private final RetryPolicy policy;
    private final long startNanos = System.nanoTime();
    private final CompletableFuture<Void> result = new CompletableFuture<>();

    // guarded by this
    private @Nullable CompletableFuture<Permit> turn;
    private @Nullable Attempt attempt;
    private @Nullable Alarm deadline;
    private int attempts;
    private int failuresInARow;
    private boolean ended;

    /** A request under way. Whoever takes it from {@link #attempt} gives its permit back. */
    private static final class Attempt {
        final Permit permit;
        final RangeTarget target;
        final int missingBytes;

        @Nullable
        CompletableFuture<Void> body;

        @Nullable
        Alarm stall;

        Attempt(Permit permit, RangeTarget target) {
            this.permit = permit;
            this.target = target;
            this.missingBytes = target.missingBytes();
        }
    }

    RemoteRead(
            StorageObject object,
            long offset,
            ByteBuffer buffer,
            RangeFetcher fetcher,
            RequestGovernor governor,
            RetryPolicy policy) {
        this.object = object;
        this.end = offset + buffer.remaining();
        this.buffer = buffer;
        this.fetcher = fetcher;
        this.governor = governor;
        this.policy = policy;
    }

    CompletableFuture<Void> result() {
        return result;
    }

    void start() {
        synchronized (this) {
            deadline = Alarm.in(
                    policy.deadline(), () -> fail("a read must end within its deadline: seconds=" + seconds(), null));
        }
        awaitTurn();
    }

    /** Ends the read, unless it has ended. */
    void cancel() {
        end(ForebayException.cancelled("a closed reader reads no more").at(Place.of(object.uri())));
    }

    private void awaitTurn() {
        CompletableFuture<Permit> next = governor.acquire();
        synchronized (this) {
            turn = next;
            if (ended) {
                next.cancel(false);
            }
        }
        Callbacks.onEnd(next, (permit, cancelled) -> {
            if (permit != null) {
                begin(permit);
            }
        });
    }

    private void begin(Permit permit) {
        Attempt begun = new Attempt(permit, new RangeTarget(buffer));
        synchronized (this) {
            turn = null;
            if (!ended) {
                attempt = begun;
                attempts++;
            }
        }
        if (!isCurrent(begun)) {
            governor.failed();
            return;
        }
        CompletableFuture<Void> body = fetch(begun);
        synchronized (this) {
            begun.body = body;
        }
        if (!isCurrent(begun)) {
            body.cancel(true);
        }
        watch(begun);
        Callbacks.onEnd(body, (done, failure) -> finished(begun, failure));
    }

    private CompletableFuture<Void> fetch(Attempt begun) {
        try {
            return fetcher.fetch(object, end - begun.missingBytes, begun.target);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Ends an attempt that brings nothing for too long, and looks again later at one that does. */
    private void watch(Attempt watched) {
        long idleNanos = System.nanoTime() - watched.target.lastPutNanos();
        Duration left = policy.stallMax().minusNanos(idleNanos);
        if (left.isNegative() || left.isZero()) {
            finished(watched, RemoteFailure.broken("no byte came for " + policy.stallMax()));
            return;
        }
        synchronized (this) {
            if (attempt == watched) {
                watched.stall = Alarm.in(left, () -> watch(watched));
            }
        }
    }

    private void finished(Attempt finished, @Nullable Throwable failure) {
        synchronized (this) {
            if (attempt != finished) {
                return;
            }
            attempt = null;
        }
        abandon(finished);
        int missingBytes = finished.target.missingBytes();
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        boolean refused = cause instanceof ForebayException;
        if (!refused && !finished.target.overrun() && missingBytes == 0) { // however the connection ended then
            governor.succeeded();
            end(null);
            return;
        }
        RemoteFailure remote = asRemote(cause, finished.target, missingBytes);
        if (remote.isOverload()) {
            governor.overloaded(finished.permit);
        } else {
            governor.failed();
        }
        if (cause instanceof ForebayException last) {
            end(last.at(Place.of(object.uri())));
        } else {
            retry(remote, missingBytes < finished.missingBytes);
        }
    }

    private static RemoteFailure asRemote(@Nullable Throwable cause, RangeTarget target, int missingBytes) {
        if (cause instanceof RemoteFailure remote) {
            return remote;
        }
        if (target.overrun()) {
            return RemoteFailure.broken("more bytes came than were asked for");
        }
        return RemoteFailure.broken(
                cause == null ? "the body ended early: missingBytes=" + missingBytes : String.valueOf(cause));
    }

    private void retry(RemoteFailure failure, boolean progress) {
        int failures;
        synchronized (this) {
            failuresInARow = progress ? 1 : failuresInARow + 1;
            failures = failuresInARow;
        }
        Duration delay = policy.delay(failures, failure);
        if (failures >= policy.attemptsMax()) {
            fail(
                    "a range must be readable: attempts=" + attempts() + ", last failure: " + failure.getMessage(),
                    failure);
        } else if (delay.plusNanos(System.nanoTime() - startNanos).compareTo(policy.deadline()) >= 0) {
            fail(
                    "a read must end within its deadline: attempts=" + attempts() + ", last failure: "
                            + failure.getMessage(),
                    failure);
        } else {
            Alarm.in(delay, this::awaitTurn);
        }
    }

    private void fail(String rule, @Nullable Throwable cause) {
        end(new ForebayException(Kind.IO, rule, Place.of(object.uri()), cause));
    }

    /** Ends the read once: nothing writes to the buffer afterwards. */
    private void end(@Nullable ForebayException failure) {
        Attempt underWay;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            underWay = attempt;
            attempt = null;
            if (turn != null) {
                turn.cancel(false);
            }
            if (deadline != null) {
                deadline.callOff();
            }
        }
        if (underWay != null) {
            abandon(underWay);
            governor.failed();
        }
        if (failure == null) {
            result.complete(null);
        } else {
            result.completeExceptionally(failure);
        }
    }

    private void abandon(Attempt taken) {
        taken.target.revoke();
        CompletableFuture<Void> body;
        synchronized (this) {
            body = taken.body;
            if (taken.stall != null) {
                taken.stall.callOff();
            }
        }
        if (body != null) {
            body.cancel(true);
        }
    }

    private synchronized boolean isCurrent(Attempt begun) {
        return attempt == begun;
    }

    private synchronized int attempts() {
        return attempts;
    }

    private double seconds() {
        return policy.deadline().toMillis() / 1e3;
    }
}
