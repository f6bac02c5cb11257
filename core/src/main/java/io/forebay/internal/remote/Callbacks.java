// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** What happens when a future ends. */
public final class Callbacks {
    private Callbacks() {}

    /**
     * Runs {@code action} when {@code future} ends, with its outcome or its failure: at once if it has ended, else on the
     * thread that ends it. The action does not throw.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // it tells only that the action has run
    public static <T> void onEnd(
            CompletableFuture<T> future, BiConsumer<? super @Nullable T, ? super @Nullable Throwable> action) {
        future.whenComplete(action);
    }
}
