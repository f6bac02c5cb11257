// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import java.util.concurrent.atomic.AtomicLongArray;

/** Counts times in buckets that are an eighth of their start wide, so that a quantile is known as closely. Thread-safe. */
final class WaitHistogram {
    private static final int BUCKET_BITS = 3;
    private static final int BUCKETS_PER_DOUBLING = 1 << BUCKET_BITS;

    private final AtomicLongArray counts = new AtomicLongArray(Long.SIZE * BUCKETS_PER_DOUBLING);

    void record(long nanos) {
        counts.incrementAndGet(bucketOf(Math.max(0, nanos)));
    }

    /** Times below eight have a bucket each; above, the highest bit tells the doubling, and the three behind it the bucket. */
    private static int bucketOf(long nanos) {
        int doubling = Math.max(0, Long.SIZE - Long.numberOfLeadingZeros(nanos) - 1 - BUCKET_BITS);
        return doubling * BUCKETS_PER_DOUBLING + (int) (nanos >>> doubling);
    }

    /** What a bucket's times stay below. */
    private static long endOf(int bucket) {
        int doubling = Math.max(0, bucket / BUCKETS_PER_DOUBLING - 1);
        return (bucket - (long) doubling * BUCKETS_PER_DOUBLING + 1) << doubling;
    }

    /** A time that the share {@code quantile} of all times do not exceed, in nanoseconds; 0 without any. */
    long quantile(double quantile) {
        long total = 0;
        for (int i = 0; i < counts.length(); i++) {
            total += counts.get(i);
        }
        long rank = (long) Math.ceil(quantile * total);
        long seen = 0;
        for (int i = 0; i < counts.length() && rank > 0; i++) {
            seen += counts.get(i);
            if (seen >= rank) {
                return endOf(i) - 1;
            }
        }
        return 0;
    }
}
