// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference;

import io.forebay.ForebayException;
import java.time.Duration;

/**
 * How requests are put together for a model. An immutable value. A run begins with what fits as soon as rows or bytes are enough, or
 * the oldest request has waited long enough; a request that alone is more than fits runs alone.
 *
 * @param maxRows rows of a run
 * @param maxBytes bytes of a run's columns
 * @param maxWait how long a request may wait for others
 * @param maxQueued requests that may wait; more are refused
 */
public record ServeOptions(int maxRows, long maxBytes, Duration maxWait, int maxQueued) {
    public ServeOptions {
        if (maxRows < 1 || maxBytes < 1 || maxQueued < 1 || maxWait.isNegative()) {
            throw ForebayException.usage("limits of requests must be positive: maxRows=" + maxRows + ", maxBytes="
                    + maxBytes + ", maxWait=" + maxWait + ", maxQueued=" + maxQueued);
        }
    }

    /** 1,024 rows or 16 MiB, after two milliseconds at the latest; 1,024 requests. */
    public static ServeOptions defaults() {
        return new ServeOptions(1024, 16L << 20, Duration.ofMillis(2), 1024);
    }

    public ServeOptions withMaxRows(int value) {
        return new ServeOptions(value, maxBytes, maxWait, maxQueued);
    }

    public ServeOptions withMaxBytes(long value) {
        return new ServeOptions(maxRows, value, maxWait, maxQueued);
    }

    public ServeOptions withMaxWait(Duration value) {
        return new ServeOptions(maxRows, maxBytes, value, maxQueued);
    }

    public ServeOptions withMaxQueued(int value) {
        return new ServeOptions(maxRows, maxBytes, maxWait, value);
    }
}
