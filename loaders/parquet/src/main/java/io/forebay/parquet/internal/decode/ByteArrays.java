// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;

/** Kernels that gather byte arrays from a dictionary and spread them over nulls. Indices have been checked. */
final class ByteArrays {
    /** Byte arrays up to this length are copied without looking at the length. */
    private static final int SHORT_BYTES = 8;

    private static final int MEDIUM_BYTES = 16;

    private ByteArrays() {}

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

    /** Writes the end offsets of {@code n} byte arrays of one length, of which the first begins at {@code start}. */
    static void equalEnds(long ends, int n, int length, int start) {
        for (int i = 0; i < n; i++) {
            RawMemory.putInt(ends + 4L * i, start + (i + 1) * length);
        }
    }

    /** Copies {@code n} byte arrays of one length up to 8, each a word of {@code words}, one behind the other; overshoots. */
    static void copyWords(long words, int[] indices, int n, int length, long to) {
        for (int i = 0; i < n; i++) {
            RawMemory.putLong(to + (long) i * length, RawMemory.getLong(words + 8L * indices[i]));
        }
    }

    /**
     * Copies the bytes of {@code n} byte arrays, one behind the other, in words that overshoot into what comes next.
     *
     * @param values what the entries' offsets count from
     * @param longest the length of the longest entry
     */
    static void copy(long values, long entries, int[] indices, int n, int longest, long to) {
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

    /**
     * Moves {@code valid} end offsets to the rows whose bit is set, from the last to the first, so that it works in place; a
     * null row ends where the row before it ends, and the first row begins at the offset right before {@code ends}. As with
     * {@link io.forebay.internal.memory.FixedCells#spread}, there are no branches, and offsets before the first null stay.
     */
    static void spreadEnds(long ends, int rows, int valid, long validity, long firstBit) {
        int next = valid - 1;
        for (int row = rows - 1; row > next; ) {
            long bits = Bits.wordUpTo(validity, firstBit + row);
            for (int left = Bits.bitsUpTo(firstBit, row); left > 0; left--, row--, bits <<= 1) {
                RawMemory.putInt(ends + 4L * row, RawMemory.getInt(ends + 4L * next));
                next += (int) (bits >> 63);
            }
        }
    }
}
