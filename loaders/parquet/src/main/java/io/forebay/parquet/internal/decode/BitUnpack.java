// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.RawMemory;

/**
 * Kernels that unpack little-endian bit-packed integers. They load whole words, so up to 15 bytes past the packed ones
 * must be readable; the buffers of a context have that slack. Callers have checked all other bounds.
 */
final class BitUnpack {
    private BitUnpack() {}

    /** Unpacks {@code count} values of {@code width} (0 to 32) bits from {@code bit} on into {@code out[at..]}. */
    static void ints(long base, long bit, int width, int[] out, int at, int count) {
        if (width == 0) {
            java.util.Arrays.fill(out, at, at + count, 0);
            return;
        }
        long mask = -1L >>> (64 - width);
        // Stage 1: one word holds several values; load once for as many as fit behind the bit offset.
        int perWord = (64 - 7) / width;
        int i = 0;
        long position = bit;
        for (; i + perWord <= count; ) {
            long word = RawMemory.getLong(base + (position >>> 3)) >>> (position & 7);
            for (int k = 0; k < perWord; k++) {
                out[at + i++] = (int) (word & mask);
                word >>>= width;
            }
            position += (long) perWord * width;
        }
        // Stage 2: what is left, a load for each value.
        for (; i < count; i++, position += width) {
            out[at + i] = (int) (RawMemory.getLong(base + (position >>> 3)) >>> (position & 7) & mask);
        }
    }

    /** Unpacks {@code count} values of {@code width} (0 to 64) bits from {@code bit} on into {@code out[0..]}. */
    static void longs(long base, long bit, int width, long[] out, int count) {
        if (width == 0) {
            java.util.Arrays.fill(out, 0, count, 0);
            return;
        }
        long mask = -1L >>> (64 - width);
        long position = bit;
        for (int i = 0; i < count; i++, position += width) {
            int shift = (int) (position & 7);
            long value = RawMemory.getLong(base + (position >>> 3)) >>> shift;
            if (width > 57 && shift != 0) { // the value reaches into a ninth byte
                value |= RawMemory.getLong(base + (position >>> 3) + 8) << (64 - shift);
            }
            out[i] = value & mask;
        }
    }
}
