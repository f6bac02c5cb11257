// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

/**
 * How long a consumer takes for a slice, and what work a slice costs, as recent ones tell. Not thread-safe: guarded by the scheduler's
 * lock.
 */
final class Pace {
    /** The part that the last slice has in what is known of them. */
    private static final double RECENT = 0.125;

    /** A slice that takes longer than so many times what is known, as where the consumer writes a checkpoint, counts as if it did not. */
    private static final double OUTLIER = 4;

    /** When the last slice was given, if one was. */
    private long givenAt;

    private boolean hasGiven;

    /** Of a slice, in nanoseconds: what the consumer takes for it, and what workers do. */
    private double consumerNanos;

    private double workNanos;

    /** Work since the last slice was given. */
    private long workSince;

    /** The consumer asks for a slice. */
    void asked(long now) {
        if (hasGiven) {
            consumerNanos = recent(consumerNanos, now - givenAt);
        }
    }

    /** The consumer gets a slice. */
    void given(long now) {
        workNanos = recent(workNanos, workSince);
        workSince = 0;
        givenAt = now;
        hasGiven = true;
    }

    private static double recent(double known, long last) {
        return known == 0 ? last : known + RECENT * (Math.min((double) last, OUTLIER * known) - known);
    }

    /** A worker has worked for so long. */
    void worked(long nanos) {
        workSince += nanos;
    }

    /**
     * As many workers, from 1 to {@code most}, as about finish a slice in the time that the consumer takes for one; {@code most} while that
     * is not known.
     */
    int workersAbreast(int most) {
        return consumerNanos * most <= workNanos ? most : (int) Math.max(1, Math.round(workNanos / consumerNanos));
    }
}
