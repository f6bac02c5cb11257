// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long a read goes on. An immutable value.
 *
 * @param attemptsMax attempts in a row that bring no byte
 * @param firstDelay the longest wait before the second attempt; it doubles from attempt to attempt
 * @param delayMax the longest wait before any attempt
 * @param stallMax the longest time without a byte within an attempt
 * @param deadline the longest time for the whole read
 */
public record RetryPolicy(
        int attemptsMax, Duration firstDelay, Duration delayMax, Duration stallMax, Duration deadline) {
    private static final RetryPolicy DEFAULTS = new RetryPolicy(
            10, Duration.ofMillis(50), Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(2));

    public static RetryPolicy defaults() {
        return DEFAULTS;
    }

    /** The same for requests of which nothing is heard while their body is sent. */
    public RetryPolicy patient() {
        return new RetryPolicy(attemptsMax, firstDelay, delayMax, deadline, deadline);
    }

    /**
     * How long to wait after so many failures: of random length, so that readers that failed together do not come back
     * together, but at least as long as the store asks.
     */
    Duration delay(int failures, RemoteFailure last) {
        long longest = firstDelay.toNanos() << Math.min(failures - 1, 20);
        Duration own =
                Duration.ofNanos(ThreadLocalRandom.current().nextLong(1 + Math.min(longest, delayMax.toNanos())));
        return own.compareTo(last.retryAfter()) < 0 ? last.retryAfter() : own;
    }
}
