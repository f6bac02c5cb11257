// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.RawMemory;

/**
 * Kernels that copy dictionary entries to where indices want them. Indices have been checked. Each kernel is a method of
 * its own: the JVM compiles it for what it does, not for the mixture of all columns that pass through.
 */
final class Gather {
    /** Byte arrays up to this length are copied without looking at the length. */
    private static final int SHORT_BYTES = 8;

    private static final int MEDIUM_BYTES = 16;

    private Gather() {}

    /** Copies {@code n} values of {@code width} bytes. */
    static void fixed(long from, int[] indices, int n, int width, long to) {
        switch (width) {
            case 1 -> bytes1(from, indices, n, to);
            case 2 -> bytes2(from, indices, n, to);
            case 4 -> bytes4(from, indices, n, to);
            case 8 -> bytes8(from, indices, n, to);
            case 16 -> bytes16(from, indices, n, to);
            default -> anyWidth(from, indices, n, width, to);
        }
    }

    private static void bytes1(long from, int[] indices, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putByte(to + i, RawMemory.getByte(from + indices[i]));
        }
    }

    private static void bytes2(long from, int[] indices, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putShort(to + 2L * i, RawMemory.getShort(from + 2L * indices[i]));
        }
    }

    private static void bytes4(long from, int[] indices, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putInt(to + 4L * i, RawMemory.getInt(from + 4L * indices[i]));
        }
    }

    private static void bytes8(long from, int[] indices, int n, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putLong(to + 8L * i, RawMemory.getLong(from + 8L * indices[i]));
        }
    }

    private static void bytes16(long from, int[] indices, int n, long to) {
        for (int i = 0; i < n; i++) {
            long entry = from + 16L * indices[i];
            RawMemory.putLong(to + 16L * i, RawMemory.getLong(entry));
            RawMemory.putLong(to + 16L * i + 8, RawMemory.getLong(entry + 8));
        }
    }

    private static void anyWidth(long from, int[] indices, int n, int width, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.copy(from + (long) width * indices[i], to + (long) width * i, width);
        }
    }

    /** Writes {@code n} copies of the value of {@code width} bytes at {@code value}. */
    static void repeat(long value, int n, int width, long to) {
        switch (width) {
            case 4 -> repeat4(RawMemory.getInt(value), n, to);
            case 8 -> repeat8(RawMemory.getLong(value), n, to);
            case 16 -> repeat16(RawMemory.getLong(value), RawMemory.getLong(value + 8), n, to);
            default -> repeatAnyWidth(value, n, width, to);
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
     * Writes the end offsets of {@code n} byte arrays; returns how many bytes they have.
     *
     * @param entries of each entry the offset in the upper and the length in the lower half
     * @param ends where the first end offset goes
     * @param start the offset that the first byte array begins at
     */
    static long ends(long entries, int[] indices, int n, long ends, int start) {
        long total = start;
        for (int i = 0; i < n; i++) {
            total += RawMemory.getInt(entries + 8L * indices[i]);
            RawMemory.putInt(ends + 4L * i, (int) total);
        }
        return total - start;
    }

    /**
     * Copies the bytes of {@code n} byte arrays, one behind the other, in words that overshoot into what comes next.
     *
     * @param values what the entries' offsets count from
     * @param longest the length of the longest entry
     */
    static void byteArrays(long values, long entries, int[] indices, int n, int longest, long to) {
        if (longest <= SHORT_BYTES) {
            shortArrays(values, entries, indices, n, to);
        } else if (longest <= MEDIUM_BYTES) {
            mediumArrays(values, entries, indices, n, to);
        } else {
            longArrays(values, entries, indices, n, to);
        }
    }

    private static void shortArrays(long values, long entries, int[] indices, int n, long to) {
        long target = to;
        for (int i = 0; i < n; i++) {
            long entry = RawMemory.getLong(entries + 8L * indices[i]);
            RawMemory.putLong(target, RawMemory.getLong(values + (entry >>> 32)));
            target += (int) entry;
        }
    }

    private static void mediumArrays(long values, long entries, int[] indices, int n, long to) {
        long target = to;
        for (int i = 0; i < n; i++) {
            long entry = RawMemory.getLong(entries + 8L * indices[i]);
            long source = values + (entry >>> 32);
            RawMemory.putLong(target, RawMemory.getLong(source));
            RawMemory.putLong(target + 8, RawMemory.getLong(source + 8));
            target += (int) entry;
        }
    }

    private static void longArrays(long values, long entries, int[] indices, int n, long to) {
        long target = to;
        for (int i = 0; i < n; i++) {
            long entry = RawMemory.getLong(entries + 8L * indices[i]);
            CopyBytes.copy(values + (entry >>> 32), target, (int) entry);
            target += (int) entry;
        }
    }
}
