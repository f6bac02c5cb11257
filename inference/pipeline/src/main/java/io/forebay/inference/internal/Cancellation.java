// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The wish to end runs, from whatever thread and at whatever time it comes; it is for good. Thread-safe. */
public final class Cancellation {
    private final Set<Runnable> actions = new LinkedHashSet<>();
    private @Nullable String reason;

    /** Undoes {@link #onRequest}. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }

    /** Ends the runs, and a wait of theirs for data. */
    public void request() {
        request("the run was cancelled");
    }

    /** As {@link #request()}, for another reason; the first counts. */
    void request(String why) {
        List<Runnable> waking;
        synchronized (this) {
            if (reason != null) {
                return;
            }
            reason = why;
            waking = new ArrayList<>(actions);
        }
        waking.forEach(Runnable::run);
    }

    synchronized boolean isRequested() {
        return reason != null;
    }

    /** Runs {@code action} when the wish comes; at once where it has come. */
    Registration onRequest(Runnable action) {
        boolean requested;
        synchronized (this) {
            actions.add(action);
            requested = reason != null;
        }
        if (requested) {
            action.run();
        }
        return () -> remove(action);
    }

    private synchronized void remove(Runnable action) {
        actions.remove(action);
    }

    void requireNone() {
        if (isRequested()) {
            throw failure();
        }
    }

    /** The failure of a run that was ended. */
    synchronized ForebayException failure() {
        return ForebayException.cancelled(String.valueOf(reason));
    }
}
