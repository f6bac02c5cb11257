// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

/**
 * Kernels that move values of one width in bytes. Bounds and indices have been checked. Each width is a method of its own:
 * the JVM compiles it for what it does, not for the mixture of all columns that pass through.
 */
public final class FixedCells {
    private FixedCells() {}

    /** Copies the {@code n} values at {@code indices[first..]}. */
    public static void gather(long from, int[] indices, int first, int n, int width, long to) {
        switch (width) {
            case 1 -> gather1(from, indices, first, n, to);
            case 2 -> gather2(from, indices, first, n, to);
            case 4 -> gather4(from, indices, first, n, to);
            case 8 -> gather8(from, indices, first, n, to);
            case 16 -> gather16(from, indices, first, n, to);
            default -> gatherAnyWidth(from, indices, first, n, width, to);
        }
    }

    private static void gather1(long from, int[] indices, int first, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putByte(to + i, RawMemory.getByte(from + indices[first + i]));
        }
    }

    private static void gather2(long from, int[] indices, int first, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putShort(to + 2L * i, RawMemory.getShort(from + 2L * indices[first + i]));
        }
    }

    private static void gather4(long from, int[] indices, int first, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putInt(to + 4L * i, RawMemory.getInt(from + 4L * indices[first + i]));
        }
    }

    private static void gather8(long from, int[] indices, int first, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putLong(to + 8L * i, RawMemory.getLong(from + 8L * indices[first + i]));
        }
    }

    private static void gather16(long from, int[] indices, int first, int n, long to) {
        for (int i = 0; i < n; i++) {
            long value = from + 16L * indices[first + i];
            RawMemory.putLong(to + 16L * i, RawMemory.getLong(value));
            RawMemory.putLong(to + 16L * i + 8, RawMemory.getLong(value + 8));
        }
    }

    private static void gatherAnyWidth(long from, int[] indices, int first, int n, int width, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.copy(from + (long) width * indices[first + i], to + (long) width * i, width);
        }
    }

    /** Writes {@code n} copies of the value at {@code value}. */
    public static void repeat(long value, int n, int width, long to) {
        switch (width) {
            case 1 -> RawMemory.fill(to, n, RawMemory.getByte(value));
            case 2 -> repeat2(RawMemory.getShort(value), n, to);
            case 4 -> repeat4(RawMemory.getInt(value), n, to);
            case 8 -> repeat8(RawMemory.getLong(value), n, to);
            case 16 -> repeat16(RawMemory.getLong(value), RawMemory.getLong(value + 8), n, to);
            default -> repeatAnyWidth(value, n, width, to);
        }
    }

    private static void repeat2(short value, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putShort(to + 2L * i, value);
        }
    }

    private static void repeat4(int value, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putInt(to + 4L * i, value);
        }
    }

    private static void repeat8(long value, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putLong(to + 8L * i, value);
        }
    }

    private static void repeat16(long low, long high, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putLong(to + 16L * i, low);
            RawMemory.putLong(to + 16L * i + 8, high);
        }
    }

    private static void repeatAnyWidth(long value, int n, int width, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.copy(value, to + (long) width * i, width);
        }
    }

    /**
     * Moves {@code valid} values at {@code base} to the rows whose bit of {@code validity} is set, from the last to the
     * first, so that it works in place, and up to the first null: values before it lie where they belong. Null rows become
     * zeros. Bits are masks, not branches, since nulls come as they like; they are loaded a word at a time, up to 7 bytes past
     * the last one.
     */
    public static void spread(long base, int width, int rows, int valid, long validity, long firstBit) {
        switch (width) {
            case 1 -> spread1(base, rows, valid, validity, firstBit);
            case 2 -> spread2(base, rows, valid, validity, firstBit);
            case 4 -> spread4(base, rows, valid, validity, firstBit);
            case 8 -> spread8(base, rows, valid, validity, firstBit);
            case 16 -> spread16(base, rows, valid, validity, firstBit);
            default -> spreadAnyWidth(base, width, rows, valid, validity, firstBit);
        }
    }

    private static void spread1(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                int present = (int) (bits >> 63);
                int value = RawMemory.getByte(base + Math.max(next, 0)) & present;
                RawMemory.putByte(base + row, (byte) value);
                next += present;
            }
        }
    }

    private static void spread2(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                int present = (int) (bits >> 63);
                int value = RawMemory.getShort(base + 2L * Math.max(next, 0)) & present;
                RawMemory.putShort(base + 2L * row, (short) value);
                next += present;
            }
        }
    }

    private static void spread4(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                int present = (int) (bits >> 63);
                int value = RawMemory.getInt(base + 4L * Math.max(next, 0)) & present;
                RawMemory.putInt(base + 4L * row, value);
                next += present;
            }
        }
    }

    private static void spread8(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                long present = bits >> 63;
                long value = RawMemory.getLong(base + 8L * Math.max(next, 0)) & present;
                RawMemory.putLong(base + 8L * row, value);
                next += (int) present;
            }
        }
    }

    private static void spread16(long base, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                long present = bits >> 63;
                long value = base + 16L * Math.max(next, 0);
                long low = RawMemory.getLong(value) & present;
                long high = RawMemory.getLong(value + 8) & present;
                RawMemory.putLong(base + 16L * row, low);
                RawMemory.putLong(base + 16L * row + 8, high);
                next += (int) present;
            }
        }
    }

    private static void spreadAnyWidth(long base, int width, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row >= 0; row--) {
            if (Bits.get(validity, firstBit + row)) {
                RawMemory.copy(base + (long) width * next--, base + (long) width * row, width);
            } else {
                RawMemory.fill(base + (long) width * row, width, (byte) 0);
            }
        }
    }
}
