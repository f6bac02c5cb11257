// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;

/**
 * Kernels that spread densely decoded values over their rows, from the last to the first so that they work in place. Null
 * rows become zeros or empty.
 */
final class Spread {
    private Spread() {}

    /** Moves {@code valid} values of {@code width} bytes at {@code base} to the rows whose bit is set. */
    static void fixed(long base, int width, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            boolean present = Bits.get(validity, firstBit + row);
            if (width == 8) {
                long value = present ? RawMemory.getLong(base + 8L * next) : 0;
                RawMemory.putLong(base + 8L * row, value);
            } else if (width == 4) {
                int value = present ? RawMemory.getInt(base + 4L * next) : 0;
                RawMemory.putInt(base + 4L * row, value);
            } else if (present) {
                RawMemory.copy(base + (long) width * next, base + (long) width * row, width);
            } else {
                RawMemory.fill(base + (long) width * row, width, (byte) 0);
            }
            next -= present ? 1 : 0;
        }
    }

    /** Moves {@code valid} end offsets to the rows whose bit is set; a null row ends where the row before it ends. */
    static void ends(long ends, int rows, int valid, int start, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            int end = next < 0 ? start : RawMemory.getInt(ends + 4L * next);
            RawMemory.putInt(ends + 4L * row, end);
            next -= Bits.get(validity, firstBit + row) ? 1 : 0;
        }
    }
}
