// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.RawMemory;

/**
 * Copies byte runs, most of them short: whatever their lengths, nearly all take the same branches. Up to {@link
 * #OVERSHOOT_BYTES} past both ranges are read and overwritten.
 */
final class CopyBytes {
    /** Bytes past a range that may be touched; the pool's slack is twice that. */
    static final int OVERSHOOT_BYTES = 32;

    /** From here on the JVM's own copy, with its call, is faster than a loop of words. */
    private static final int LONG_BYTES = 128;

    private CopyBytes() {}

    static void copy(long from, long to, int bytes) {
        if (bytes > LONG_BYTES) {
            RawMemory.copy(from, to, bytes);
            return;
        }
        for (int i = 0; i < bytes; i += OVERSHOOT_BYTES) {
            RawMemory.putLong(to + i, RawMemory.getLong(from + i));
            RawMemory.putLong(to + i + 8, RawMemory.getLong(from + i + 8));
            RawMemory.putLong(to + i + 16, RawMemory.getLong(from + i + 16));
            RawMemory.putLong(to + i + 24, RawMemory.getLong(from + i + 24));
        }
    }
}
