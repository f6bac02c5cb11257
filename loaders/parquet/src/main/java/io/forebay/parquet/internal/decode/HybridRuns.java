// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;

/**
 * A cursor over the RLE / bit-packing hybrid encoding (format specification, "Run Length Encoding / Bit-Packing Hybrid").
 * Every run's extent is checked against the bytes there are when its header is read. Not thread-safe; {@link #reset}
 * makes it ready for other bytes.
 */
final class HybridRuns {
    private long position;
    private long end;
    private int width;

    /** The current run: values left, and either the one repeated value or the bit position of the next packed one. */
    private int runLeft;

    private boolean packed;
    private int repeated;
    private long packedBase;
    private long packedBit;

    /** Starts over at {@code [address, address + bytes)}; values have {@code width} (0 to 32) bits. */
    void reset(long address, int bytes, int newWidth) {
        if (newWidth < 0 || newWidth > 32) {
            throw ForebayException.corrupt("a bit width must be 0 to 32: width=" + newWidth);
        }
        position = address;
        end = address + bytes;
        width = newWidth;
        runLeft = 0;
    }

    /** A cursor at the same value, which moves on its own. */
    HybridRuns copy() {
        HybridRuns copy = new HybridRuns();
        copy.position = position;
        copy.end = end;
        copy.width = width;
        copy.runLeft = runLeft;
        copy.packed = packed;
        copy.repeated = repeated;
        copy.packedBase = packedBase;
        copy.packedBit = packedBit;
        return copy;
    }

    /** Of a packed run of one-bit values: how many of them from the next but {@code ahead} on are equal; looks at 64 at a time. */
    int equalBits(int ahead) {
        long start = packedBit + ahead;
        long flip = Bits.get(packedBase, start) ? -1L : 0; // bits that differ become ones
        int most = runLeft - ahead;
        for (int equal = 0; equal < most; ) {
            long bit = start + equal;
            int shift = (int) (bit & 7);
            long different = (RawMemory.getLong(packedBase + (bit >>> 3)) ^ flip) >>> shift;
            int known = Long.SIZE - shift;
            int here = Math.min(known, Long.numberOfTrailingZeros(different));
            equal += here;
            if (here < known) {
                return Math.min(equal, most);
            }
        }
        return most;
    }

    /** The next value of a packed run of one-bit values. */
    int nextBit() {
        return Bits.get(packedBase, packedBit) ? 1 : 0;
    }

    /** Makes sure that the current run has a value left. */
    void ensureRun() {
        while (runLeft == 0) {
            nextRun();
        }
    }

    /** Values left in the current run. */
    int runLeft() {
        return runLeft;
    }

    /** Whether the current run is packed; otherwise it repeats {@link #repeated}. */
    boolean packed() {
        return packed;
    }

    int repeated() {
        return repeated;
    }

    /** Unpacks {@code count} values of the current packed run. */
    void unpack(int[] out, int at, int count) {
        BitUnpack.ints(packedBase, packedBit, width, out, at, count);
        advance(count);
    }

    /** Copies {@code count} one-bit values of the current packed run into a bitmap. */
    void copyBits(long to, long toBit, int count) {
        Bits.copy(packedBase, packedBit, to, toBit, count);
        advance(count);
    }

    /** Moves past {@code count} values of the current run. */
    void advance(int count) {
        runLeft -= count;
        packedBit += (long) count * width;
    }

    /** Reads {@code count} one-bit values into a bitmap and returns how many are set. */
    int readBits(long to, long toBit, int count) {
        int done = 0;
        int set = 0;
        while (done < count) {
            ensureRun();
            int n = Math.min(runLeft, count - done);
            if (packed) {
                copyBits(to, toBit + done, n);
                set += Bits.countSet(to, toBit + done, n);
            } else {
                Bits.fill(to, toBit + done, n, repeated != 0);
                set += repeated != 0 ? n : 0;
                advance(n);
            }
            done += n;
        }
        return set;
    }

    /** Moves past {@code count} one-bit values and returns how many of them are set. */
    int skipBits(int count) {
        int done = 0;
        int set = 0;
        while (done < count) {
            ensureRun();
            int n = Math.min(runLeft, count - done);
            set += packed ? Bits.countSet(packedBase, packedBit, n) : repeated != 0 ? n : 0;
            advance(n);
            done += n;
        }
        return set;
    }

    /** Moves past {@code count} values. */
    void skip(int count) {
        int left = count;
        while (left > 0) {
            ensureRun();
            int n = Math.min(runLeft, left);
            advance(n);
            left -= n;
        }
    }

    private void nextRun() {
        int header = Varint.read(position, end);
        position += Varint.length(position, end);
        packed = (header & 1) != 0;
        int count = header >>> 1;
        if (packed) {
            startPackedRun(count);
            return;
        }
        int valueBytes = (width + 7) >>> 3;
        require(valueBytes);
        repeated = 0;
        for (int i = 0; i < valueBytes; i++) {
            repeated |= (RawMemory.getByte(position + i) & 0xFF) << (8 * i);
        }
        if (width < 32 && repeated >>> width != 0) {
            throw ForebayException.corrupt(
                    "a repeated value must fit its bit width: value=" + repeated + ", width=" + width);
        }
        position += valueBytes;
        runLeft = count;
    }

    /** A packed run comes in groups of eight values; the last groups of a page may be cut short. */
    private void startPackedRun(int groups) {
        long bytes = (long) groups * width;
        long values = (long) groups * 8;
        if (bytes > end - position) {
            bytes = end - position;
            values = width == 0 ? values : bytes * 8 / width;
            if (values == 0) {
                throw ForebayException.corrupt("a packed run must lie within its page: groups=" + groups + ", width="
                        + width + ", bytesLeft=" + bytes);
            }
        }
        packedBase = position;
        packedBit = 0;
        position += bytes;
        runLeft = (int) Math.min(values, Integer.MAX_VALUE);
    }

    private void require(int bytes) {
        if (bytes > end - position) {
            throw ForebayException.corrupt(
                    "a run must lie within its page: bytes=" + bytes + ", bytesLeft=" + (end - position));
        }
    }
}
