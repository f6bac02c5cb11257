// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * How many requests to one endpoint are in flight: the limit grows by one for each limit's worth of successes, and is
 * halved when the store asks for fewer, once for all the requests that were in flight then. Requests beyond it wait their
 * turn. Thread-safe.
 */
public final class RequestGovernor {
    /** No more requests than this are in flight. */
    public static final int LIMIT_MAX = 64;

    private static final int LIMIT_FIRST = 16;

    private final Queue<CompletableFuture<Permit>> waiting = new ArrayDeque<>();
    private double limit = LIMIT_FIRST;
    private int inFlight;
    private long issued;
    private long issuedAtCut;

    /** The right to one request; given back by exactly one of {@link #succeeded}, {@link #failed}, {@link #overloaded}. */
    record Permit(long number) {}

    private record Turn(CompletableFuture<Permit> taker, Permit permit) {}

    /** Completes when a request may be made. A future that is cancelled gives its turn to the next. */
    CompletableFuture<Permit> acquire() {
        CompletableFuture<Permit> turn = new CompletableFuture<>();
        synchronized (this) {
            waiting.add(turn);
        }
        dispatch();
        return turn;
    }

    void succeeded() {
        synchronized (this) {
            inFlight--;
            limit = Math.min(LIMIT_MAX, limit + 1 / limit);
        }
        dispatch();
    }

    /** The request ended for a reason that says nothing about the load. */
    void failed() {
        takeBack();
        dispatch();
    }

    void overloaded(Permit permit) {
        synchronized (this) {
            inFlight--;
            if (permit.number > issuedAtCut) {
                limit = Math.max(1, limit / 2);
                issuedAtCut = issued;
            }
        }
        dispatch();
    }

    /** Requests that may be in flight now. */
    synchronized int limit() {
        return (int) limit;
    }

    /** Gives out turns; futures are completed outside the lock, since their requests start there. */
    private void dispatch() {
        for (Turn turn = next(); turn != null; turn = next()) {
            if (!turn.taker.complete(turn.permit)) {
                takeBack();
            }
        }
    }

    private synchronized @Nullable Turn next() {
        while (inFlight < (int) limit) {
            CompletableFuture<Permit> taker = waiting.poll();
            if (taker == null) {
                return null;
            }
            if (!taker.isDone()) {
                inFlight++;
                return new Turn(taker, new Permit(++issued));
            }
        }
        return null;
    }

    private synchronized void takeBack() {
        inFlight--;
    }
}
