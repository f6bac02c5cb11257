// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.io.IOException;
import java.time.Duration;

/** The failure of one attempt, after which another may succeed. What no attempt can cure is a {@code ForebayException}. */
public final class RemoteFailure extends IOException {
    private static final long serialVersionUID = 1L;

    private final boolean overload;
    private final Duration wait;

    private RemoteFailure(String message, boolean overload, Duration wait) {
        super(message);
        this.overload = overload;
        this.wait = wait;
    }

    /** Something broke on the way. */
    public static RemoteFailure broken(String message) {
        return new RemoteFailure(message, false, Duration.ZERO);
    }

    /** The store asks for fewer requests. */
    public static RemoteFailure overload(String message, Duration wait) {
        return new RemoteFailure(message, true, wait);
    }

    /** Whether the store asks for fewer requests. */
    boolean isOverload() {
        return overload;
    }

    /** How long the store asks to wait; zero when it does not say. */
    Duration retryAfter() {
        return wait;
    }
}
