// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

/**
 * The random generator {@code lw1}, exact bit for bit: SplitMix64 (Steele, Lea and Flood 2014) seeded by a key over a
 * tuple of integers, with unbiased bounded draws (Lemire 2019). Not thread-safe.
 */
public final class Lw1 {
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public Lw1(long... keyParts) {
        this.state = key(keyParts);
    }

    /** One 64-bit key from a tuple. */
    public static long key(long... parts) {
        long hash = 0;
        for (long part : parts) {
            hash = mix(hash + GAMMA + part);
        }
        return hash;
    }

    long next() {
        state += GAMMA;
        return mix(state);
    }

    /** A uniform draw from {@code [0, bound)}, {@code bound} positive. */
    public long bounded(long bound) {
        while (true) {
            long draw = next();
            long low = draw * bound;
            // Only below the bound may a draw lie below the threshold, which takes a division to know.
            if (Long.compareUnsigned(low, bound) >= 0
                    || Long.compareUnsigned(low, Long.remainderUnsigned(-bound, bound)) >= 0) {
                return Math.multiplyHigh(draw, bound) + (draw >> 63 & bound);
            }
        }
    }

    /** Makes the first {@code n} entries a uniform permutation of the numbers from 0 (Fisher and Yates, from the top). */
    void permute(int[] target, int n) {
        for (int i = 0; i < n; i++) {
            target[i] = i;
        }
        for (int i = n - 1; i > 0; i--) {
            int j = (int) bounded(i + 1);
            int swapped = target[i];
            target[i] = target[j];
            target[j] = swapped;
        }
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
