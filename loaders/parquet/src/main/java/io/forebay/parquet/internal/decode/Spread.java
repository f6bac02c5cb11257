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
        switch (width) {
            case 4 -> bytes4(base, rows, valid, validity, firstBit);
            case 8 -> bytes8(base, rows, valid, validity, firstBit);
            default -> anyWidth(base, width, rows, valid, validity, firstBit);
        }
    }

    private static void bytes4(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            boolean present = Bits.get(validity, firstBit + row);
            int value = present ? RawMemory.getInt(base + 4L * next) : 0;
            RawMemory.putInt(base + 4L * row, value);
            next -= present ? 1 : 0;
        }
    }

    private static void bytes8(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            boolean present = Bits.get(validity, firstBit + row);
            long value = present ? RawMemory.getLong(base + 8L * next) : 0;
            RawMemory.putLong(base + 8L * row, value);
            next -= present ? 1 : 0;
        }
    }

    private static void anyWidth(long base, int width, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            if (Bits.get(validity, firstBit + row)) {
                RawMemory.copy(base + (long) width * next--, base + (long) width * row, width);
            } else {
                RawMemory.fill(base + (long) width * row, width, (byte) 0);
            }
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
