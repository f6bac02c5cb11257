// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

/**
 * Kernels on bitmaps, least significant bit first, addressed by byte address and bit offset. Callers have checked the
 * bounds. A target's bits behind the range written may be overwritten with garbage up to the end of their byte; bits
 * before it are kept.
 */
public final class Bits {
    private Bits() {}

    /** Bytes that hold {@code bits} bits. */
    public static long bytes(long bits) {
        return (bits + 7) >>> 3;
    }

    public static boolean get(long base, long bit) {
        return (RawMemory.getByte(base + (bit >>> 3)) >>> (bit & 7) & 1) != 0;
    }

    public static void set(long base, long bit, boolean value) {
        long address = base + (bit >>> 3);
        int mask = 1 << (bit & 7);
        int old = RawMemory.getByte(address);
        RawMemory.putByte(address, (byte) (value ? old | mask : old & ~mask));
    }

    /** Sets {@code count} bits from {@code bit} on to {@code value}. */
    public static void fill(long base, long bit, long count, boolean value) {
        // Head: up to the next byte boundary.
        long at = bit;
        long end = bit + count;
        while (at < end && (at & 7) != 0) {
            set(base, at++, value);
        }
        // Whole bytes, the last one included even if it is only partly in the range.
        if (at < end) {
            RawMemory.fill(base + (at >>> 3), bytes(end - at), value ? (byte) -1 : 0);
        }
    }

    /** Copies {@code count} bits; the ranges must not overlap. Reads no byte that holds none of the bits. */
    public static void copy(long from, long fromBit, long to, long toBit, long count) {
        if (count <= 0) {
            return;
        }
        // Same phase: a head of single bits, then bytes.
        if (((fromBit ^ toBit) & 7) == 0) {
            long head = Math.min(count, -toBit & 7);
            copyOneByOne(from, fromBit, to, toBit, head);
            RawMemory.copy(from + ((fromBit + head) >>> 3), to + ((toBit + head) >>> 3), bytes(count - head));
            return;
        }
        // Different phase: fill whole target bytes from two source bytes each, single bits at both ends.
        long head = Math.min(count, -toBit & 7);
        copyOneByOne(from, fromBit, to, toBit, head);
        long done = head;
        long source = from + ((fromBit + done) >>> 3);
        int shift = (int) ((fromBit + done) & 7);
        long target = to + ((toBit + done) >>> 3);
        for (; done + 8 <= count; done += 8, source++, target++) {
            int low = RawMemory.getByte(source) & 0xFF;
            int high = shift == 0 ? 0 : RawMemory.getByte(source + 1) & 0xFF;
            RawMemory.putByte(target, (byte) ((low >>> shift) | (high << (8 - shift))));
        }
        copyOneByOne(from, fromBit + done, to, toBit + done, count - done);
    }

    private static void copyOneByOne(long from, long fromBit, long to, long toBit, long count) {
        for (long i = 0; i < count; i++) {
            set(to, toBit + i, get(from, fromBit + i));
        }
    }

    /** How many of {@code count} bits from {@code bit} on are set. */
    public static int countSet(long base, long bit, long count) {
        int set = 0;
        long at = bit;
        long end = bit + count;
        while (at < end && (at & 7) != 0) {
            set += get(base, at++) ? 1 : 0;
        }
        for (; at + 64 <= end; at += 64) {
            set += Long.bitCount(RawMemory.getLong(base + (at >>> 3)));
        }
        for (; at + 8 <= end; at += 8) {
            set += Integer.bitCount(RawMemory.getByte(base + (at >>> 3)) & 0xFF);
        }
        while (at < end) {
            set += get(base, at++) ? 1 : 0;
        }
        return set;
    }
}
