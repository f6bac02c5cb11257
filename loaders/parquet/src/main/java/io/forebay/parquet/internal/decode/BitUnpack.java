// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;

/**
 * Kernels that unpack little-endian bit-packed integers. They load whole words, so up to 15 bytes past the packed ones
 * must be readable; the buffers of a context have that slack. Callers have checked all other bounds.
 *
 * <p>Eight values take as many bytes as one takes bits, so from a byte boundary on they come in groups of eight, unrolled:
 * of one, two or four loads, by how many values surely lie in one word.
 */
final class BitUnpack {
    /** The widest values of which two lie in one word whatever the bit that they start at. */
    private static final int PAIR_BITS_MAX = 28;

    private BitUnpack() {}

    /** Unpacks {@code count} values of {@code width} (0 to 32) bits from {@code bit} on into {@code out[at..]}. */
    static void ints(long base, long bit, int width, int[] out, int at, int count) {
        if (width == 0) {
            Arrays.fill(out, at, at + count, 0);
            return;
        }
        // Stage 1: single values up to a byte boundary, since a run may be gone on with anywhere.
        int head = 0;
        while (head < count && ((bit + (long) head * width) & 7) != 0) {
            head++;
        }
        singles(base, bit, width, out, at, head);
        // Stage 2: groups of eight.
        int grouped = width <= PAIR_BITS_MAX ? (count - head) & -8 : 0;
        long start = base + ((bit + (long) head * width) >>> 3);
        if (width <= 8) {
            octets(start, width, out, at + head, grouped);
        } else if (width <= 16) {
            quads(start, width, out, at + head, grouped);
        } else {
            pairs(start, width, out, at + head, grouped);
        }
        // Stage 3: what is left.
        int done = head + grouped;
        singles(base, bit + (long) done * width, width, out, at + done, count - done);
    }

    private static void singles(long base, long bit, int width, int[] out, int at, int count) {
        long mask = -1L >>> (64 - width);
        for (int i = 0; i < count; i++) {
            long position = bit + (long) i * width;
            out[at + i] = (int) (RawMemory.getLong(base + (position >>> 3)) >>> (position & 7) & mask);
        }
    }

    private static void octets(long start, int width, int[] out, int at, int count) {
        int mask = -1 >>> (32 - width);
        long address = start;
        for (int i = at; i < at + count; i += 8, address += width) {
            long word = RawMemory.getLong(address);
            out[i] = (int) word & mask;
            out[i + 1] = (int) (word >>> width) & mask;
            out[i + 2] = (int) (word >>> (2 * width)) & mask;
            out[i + 3] = (int) (word >>> (3 * width)) & mask;
            out[i + 4] = (int) (word >>> (4 * width)) & mask;
            out[i + 5] = (int) (word >>> (5 * width)) & mask;
            out[i + 6] = (int) (word >>> (6 * width)) & mask;
            out[i + 7] = (int) (word >>> (7 * width)) & mask;
        }
    }

    private static void quads(long start, int width, int[] out, int at, int count) {
        int mask = -1 >>> (32 - width);
        int half = 4 * width;
        long address = start;
        for (int i = at; i < at + count; i += 8, address += width) {
            long low = RawMemory.getLong(address);
            long high = RawMemory.getLong(address + (half >>> 3)) >>> (half & 7);
            out[i] = (int) low & mask;
            out[i + 1] = (int) (low >>> width) & mask;
            out[i + 2] = (int) (low >>> (2 * width)) & mask;
            out[i + 3] = (int) (low >>> (3 * width)) & mask;
            out[i + 4] = (int) high & mask;
            out[i + 5] = (int) (high >>> width) & mask;
            out[i + 6] = (int) (high >>> (2 * width)) & mask;
            out[i + 7] = (int) (high >>> (3 * width)) & mask;
        }
    }

    private static void pairs(long start, int width, int[] out, int at, int count) {
        int mask = -1 >>> (32 - width);
        int pair = 2 * width;
        long address = start;
        for (int i = at; i < at + count; i += 8, address += width) {
            long first = RawMemory.getLong(address);
            long second = RawMemory.getLong(address + (pair >>> 3)) >>> (pair & 7);
            long third = RawMemory.getLong(address + ((2 * pair) >>> 3)) >>> ((2 * pair) & 7);
            long fourth = RawMemory.getLong(address + ((3 * pair) >>> 3)) >>> ((3 * pair) & 7);
            out[i] = (int) first & mask;
            out[i + 1] = (int) (first >>> width) & mask;
            out[i + 2] = (int) second & mask;
            out[i + 3] = (int) (second >>> width) & mask;
            out[i + 4] = (int) third & mask;
            out[i + 5] = (int) (third >>> width) & mask;
            out[i + 6] = (int) fourth & mask;
            out[i + 7] = (int) (fourth >>> width) & mask;
        }
    }

    /** Unpacks {@code count} values of {@code width} (0 to 64) bits from {@code bit} on into {@code out[0..]}. */
    static void longs(long base, long bit, int width, long[] out, int count) {
        if (width == 0) {
            Arrays.fill(out, 0, count, 0);
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
