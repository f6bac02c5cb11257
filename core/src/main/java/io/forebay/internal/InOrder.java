// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/** Work done at the same time whose results, and whose first failure, come in order. Stateless. */
public final class InOrder {
    private InOrder() {}

    /** The results of all {@code work}; when this returns or fails, none of it is under way. */
    public static <T> List<T> run(Executor threads, List<Supplier<T>> work) {
        AtomicBoolean stopped = new AtomicBoolean();
        List<CompletableFuture<T>> started = new ArrayList<>(work.size());
        try {
            for (Supplier<T> one : work) {
                started.add(CompletableFuture.supplyAsync(() -> unlessStopped(stopped, one), threads));
            }
            List<T> results = new ArrayList<>(work.size());
            for (CompletableFuture<T> one : started) {
                if (Thread.interrupted()) { // get() does not look where the result is there
                    throw new InterruptedException();
                }
                results.add(one.get());
            }
            return results;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ForebayException(Kind.CANCELLED, "the reading of metadata was interrupted", e);
        } catch (RejectedExecutionException e) {
            throw new ForebayException(Kind.CANCELLED, "a closed context does no more work", e);
        } catch (ExecutionException e) {
            throw unchecked(Objects.requireNonNull(e.getCause()));
        } finally {
            stopped.set(true);
            started.forEach(one -> one.exceptionally(failure -> null).join());
        }
    }

    private static <T> T unlessStopped(AtomicBoolean stopped, Supplier<T> work) {
        if (stopped.get()) {
            throw new CancellationException("an earlier one failed");
        }
        return work.get();
    }

    private static RuntimeException unchecked(Throwable failure) {
        if (failure instanceof Error error) {
            throw error;
        }
        return (RuntimeException) failure; // a supplier throws no others
    }
}
