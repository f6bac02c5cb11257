// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.RawMemory;

/** Copies byte runs, most of them short. Up to 7 bytes past both ranges are read and overwritten. */
final class CopyBytes {
    /** From here on the JVM's own copy, with its call, is faster than a loop of words. */
    private static final int LONG_BYTES = 64;

    private CopyBytes() {}

    static void copy(long from, long to, int bytes) {
        if (bytes > LONG_BYTES) {
            RawMemory.copy(from, to, bytes);
            return;
        }
        for (int i = 0; i < bytes; i += 8) {
            RawMemory.putLong(to + i, RawMemory.getLong(from + i));
        }
    }
}
