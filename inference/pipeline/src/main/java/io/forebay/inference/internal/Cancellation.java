// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import org.jspecify.annotations.Nullable;

/** The wish to end a run, from whatever thread and at whatever time it comes. Thread-safe. */
public final class Cancellation {
    private boolean requested;
    private @Nullable Runnable wake;

    /** Ends the run, and a wait of its feeder for data. */
    public void request() {
        Runnable waking;
        synchronized (this) {
            requested = true;
            waking = wake;
        }
        if (waking != null) {
            waking.run();
        }
    }

    synchronized boolean isRequested() {
        return requested;
    }

    /** Runs {@code action} when the wish comes; a wish that came before is for the caller to look for. */
    synchronized void onRequest(Runnable action) {
        wake = action;
    }

    void requireNone() {
        if (isRequested()) {
            throw failure();
        }
    }

    static ForebayException failure() {
        return ForebayException.cancelled("the run was cancelled");
    }
}
