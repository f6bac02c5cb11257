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

    /** Of the 64 bits that {@code bit} is among, counted from the base, those up to it, moved up until it is the sign. */
    public static long wordUpTo(long base, long bit) {
        return RawMemory.getLong(base + ((bit >>> 6) << 3)) << (~bit & 63);
    }

    /** How many of the bits of {@link #wordUpTo} {@code firstBit + row} are of rows, of which the first is at {@code firstBit}. */
    public static int bitsUpTo(long firstBit, int row) {
        return Math.min(row, (int) ((firstBit + row) & 63)) + 1;
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
            copyFew(from, fromBit, to, toBit, head);
            RawMemory.copy(from + ((fromBit + head) >>> 3), to + ((toBit + head) >>> 3), bytes(count - head));
            return;
        }
        // Different phase: whole target words, then bytes, and what is left at both ends.
        long done = Math.min(count, -toBit & 7);
        copyFew(from, fromBit, to, toBit, done);
        for (; done + 64 <= count; done += 64) {
            RawMemory.putLong(to + ((toBit + done) >>> 3), word(from, fromBit + done));
        }
        for (; done + 8 <= count; done += 8) {
            RawMemory.putByte(to + ((toBit + done) >>> 3), (byte) few(from, fromBit + done, 8));
        }
        copyFew(from, fromBit + done, to, toBit + done, count - done);
    }

    /** Copies the {@code count} bits at {@code indices[first..]} to {@code toBit} and on. */
    public static void gather(long from, int[] indices, int first, int count, long to, long toBit) {
        // Head: up to the next byte boundary; then 32 at a time; then what is left.
        int done = 0;
        for (; done < count && ((toBit + done) & 7) != 0; done++) {
            set(to, toBit + done, get(from, indices[first + done]));
        }
        for (; done + 32 <= count; done += 32) {
            RawMemory.putInt(to + ((toBit + done) >>> 3), gather32(from, indices, first + done));
        }
        for (; done < count; done++) {
            set(to, toBit + done, get(from, indices[first + done]));
        }
    }

    /** The bits at 32 indices, the first one lowest: each comes in at the top, and the ones before it move down. */
    private static int gather32(long from, int[] indices, int first) {
        int bits = 0;
        for (int i = 0; i < 32; i++) {
            int bit = indices[first + i];
            int top = RawMemory.getByte(from + (bit >>> 3)) << (31 - (bit & 7));
            bits = (bits >>> 1) | (top & Integer.MIN_VALUE);
        }
        return bits;
    }

    /** Copies up to 8 bits, which lie within one byte of the target. */
    private static void copyFew(long from, long fromBit, long to, long toBit, long count) {
        if (count > 0) {
            long address = to + (toBit >>> 3);
            int shift = (int) (toBit & 7);
            int mask = ((1 << count) - 1) << shift;
            int bits = (few(from, fromBit, count) << shift) & mask;
            RawMemory.putByte(address, (byte) ((RawMemory.getByte(address) & ~mask) | bits));
        }
    }

    /** The {@code count} bits, 1 to 8, from {@code bit} on; what is behind them is garbage. */
    private static int few(long base, long bit, long count) {
        long address = base + (bit >>> 3);
        int shift = (int) (bit & 7);
        int bits = (RawMemory.getByte(address) & 0xFF) >>> shift;
        return shift + count > 8 ? bits | (RawMemory.getByte(address + 1) << (8 - shift)) : bits;
    }

    /** How many of {@code count} bits from {@code bit} on are set. */
    public static int countSet(long base, long bit, long count) {
        int set = 0;
        long at = bit;
        long end = bit + count;
        for (; at + 64 <= end; at += 64) {
            set += Long.bitCount(word(base, at));
        }
        for (; at < end; at += 8) {
            long few = Math.min(8, end - at);
            set += Integer.bitCount(few(base, at, few) & ((1 << few) - 1));
        }
        return set;
    }

    /** The 64 bits from {@code bit} on. */
    private static long word(long base, long bit) {
        long address = base + (bit >>> 3);
        int shift = (int) (bit & 7);
        long low = RawMemory.getLong(address) >>> shift;
        return shift == 0 ? low : low | ((long) RawMemory.getByte(address + 8) << (64 - shift));
    }
}
