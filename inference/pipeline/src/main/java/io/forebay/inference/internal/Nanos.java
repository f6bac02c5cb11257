// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import java.time.Duration;

/** Durations as nanoseconds. */
final class Nanos {
    private Nanos() {}

    /** The nanoseconds, or 292 years where they are more. */
    static long of(Duration duration) {
        return duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0 ? duration.toNanos() : Long.MAX_VALUE;
    }
}
