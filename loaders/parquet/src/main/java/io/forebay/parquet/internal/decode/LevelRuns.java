// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import java.util.Arrays;
import org.apache.parquet.format.Encoding;

/**
 * The definition or the repetition levels of a page: hybrid runs, or the deprecated packing from the most significant bit
 * down. At maximum level 1 the packed bytes are a bitmap, and are read as one. Not thread-safe.
 */
final class LevelRuns {
    /** Stands for a run without end: what there is of levels that a column does not have. */
    private static final int ENDLESS = Integer.MAX_VALUE;

    private final int max;
    private final int width;
    private final HybridRuns runs;
    private int[] unpacked = {};
    private int least;

    private boolean legacy;
    private long legacyBase;
    private long legacyBit;

    /** Levels up to {@code max}; if that is 0, a page does not store them. */
    LevelRuns(int max) {
        this(max, new HybridRuns());
    }

    private LevelRuns(int max, HybridRuns runs) {
        this.max = max;
        this.width = 32 - Integer.numberOfLeadingZeros(max);
        this.runs = runs;
    }

    /**
     * Starts a page; moves its data behind the levels where they precede it. Returns whether the levels are in memory; if not,
     * the page has to be loaded beyond its data, and started again.
     */
    static boolean start(Page page, LevelRuns repetition, LevelRuns definition) {
        if (page.levelsApart) {
            repetition.startHybrid(page.levelsAddress, page.repetitionBytes);
            definition.startHybrid(page.levelsAddress + page.repetitionBytes, page.definitionBytes);
            return page.holds(0);
        }
        return repetition.takeFrom(page, page.repetitionEncoding) && definition.takeFrom(page, page.definitionEncoding);
    }

    /** A cursor at the same level, which moves on its own. */
    LevelRuns copy() {
        LevelRuns copy = new LevelRuns(max, runs.copy());
        copy.legacy = legacy;
        copy.legacyBase = legacyBase;
        copy.legacyBit = legacyBit;
        return copy;
    }

    private void startHybrid(long address, int bytes) {
        legacy = false;
        runs.reset(address, bytes, width);
    }

    private boolean takeFrom(Page page, int encoding) {
        if (max == 0) {
            return true;
        }
        if (encoding == Encoding.RLE.getValue()) {
            if (page.dataBytes >= 4 && !page.holds(4)) {
                return false;
            }
            int length = page.dataBytes < 4 ? -1 : RawMemory.getInt(page.dataAddress);
            requireWithin(page, length, page.dataBytes - 4L);
            startHybrid(page.dataAddress + 4, length);
            consume(page, 4 + length);
        } else if (encoding == Encoding.BIT_PACKED.getValue()) {
            long length = Bits.bytes((long) page.valueCount * width);
            requireWithin(page, length, page.dataBytes);
            legacy = true;
            legacyBase = page.dataAddress;
            legacyBit = 0;
            consume(page, (int) length);
        } else {
            throw ForebayException.corrupt("levels must be encoded as RLE or BIT_PACKED: encoding=" + encoding);
        }
        return page.holds(0);
    }

    private static void requireWithin(Page page, long length, long bytesLeft) {
        if (length < 0 || length > bytesLeft) {
            throw ForebayException.corrupt(
                    "levels must lie within their page: levelBytes=" + length + ", pageBytes=" + page.dataBytes);
        }
    }

    private static void consume(Page page, int bytes) {
        page.dataAddress += bytes;
        page.dataBytes -= bytes;
    }

    /** Of maximum level 1 or 0: reads {@code count} levels into a bitmap and returns how many are of the maximum. */
    int readBits(long to, long bit, int count) {
        if (max == 0) {
            Bits.fill(to, bit, count, true);
            return count;
        }
        if (!legacy) {
            return runs.readBits(to, bit, count);
        }
        int set = 0;
        for (int i = 0; i < count; i++) {
            boolean valid = nextLegacy() != 0;
            Bits.set(to, bit + i, valid);
            set += valid ? 1 : 0;
        }
        return set;
    }

    /** Of maximum level 1 or 0: moves past {@code count} levels and returns how many are of the maximum. */
    int skipBits(int count) {
        if (max == 0) {
            return count;
        }
        if (!legacy) {
            return runs.skipBits(count);
        }
        int set = 0;
        for (int i = 0; i < count; i++) {
            set += nextLegacy();
        }
        return set;
    }

    /** How many of the next levels are surely {@link #repeated}; 0 where that is not known. */
    int repeatedLeft() {
        if (max == 0) {
            return ENDLESS;
        }
        if (legacy) {
            return 0;
        }
        runs.ensureRun();
        return !runs.packed() ? runs.runLeft() : width == 1 ? runs.equalBits(0) : 0;
    }

    /** The level of which {@link #repeatedLeft} tells. */
    int repeated() {
        return max == 0 ? 0 : runs.packed() ? runs.nextBit() : requireWithinMax(runs.repeated());
    }

    /** Moves past {@code count} of the levels of which {@link #repeatedLeft} tells. */
    void skipRepeated(int count) {
        if (max > 0) {
            runs.advance(count);
        }
    }

    /** Levels that {@link #read} may read at once: up to where many equal ones begin, as far as a short look finds out. */
    int readable() {
        if (max == 0 || legacy) {
            return ENDLESS;
        }
        runs.ensureRun();
        if (!runs.packed() || width > 1) {
            return runs.runLeft();
        }
        int equal = runs.equalBits(0);
        if (equal >= Long.SIZE || equal == runs.runLeft() || runs.equalBits(equal) >= LevelBlocks.REPEATED_LEAST) {
            return equal;
        }
        return Math.min(Long.SIZE, runs.runLeft());
    }

    /** Forgets {@link #least}. */
    void startBlock() {
        least = max;
    }

    /** The least level read since {@link #startBlock}. */
    int least() {
        return least;
    }

    /** Reads {@code count} levels, no more than {@link #readable}, into {@code out[at..]}. */
    void read(byte[] out, int at, int count) {
        if (max == 0) {
            Arrays.fill(out, at, at + count, (byte) 0);
            least = 0;
        } else if (legacy) {
            for (int i = at; i < at + count; i++) {
                out[i] = (byte) requireWithinMax(nextLegacy());
                least = Math.min(least, out[i]);
            }
        } else if (!runs.packed()) {
            int level = repeated();
            Arrays.fill(out, at, at + count, (byte) level);
            least = Math.min(least, level);
            runs.advance(count);
        } else {
            unpack(out, at, count);
        }
    }

    private void unpack(byte[] out, int at, int count) {
        if (unpacked.length < count) {
            unpacked = new int[out.length];
        }
        runs.unpack(unpacked, 0, count);
        int greatest = 0;
        int smallest = least;
        for (int i = 0; i < count; i++) {
            int level = unpacked[i];
            out[at + i] = (byte) level;
            greatest = Math.max(greatest, level);
            smallest = Math.min(smallest, level);
        }
        least = smallest;
        requireWithinMax(greatest);
    }

    private int requireWithinMax(int level) {
        if (level > max) {
            throw ForebayException.corrupt("a level must not exceed its column's: level=" + level + ", max=" + max);
        }
        return level;
    }

    private int nextLegacy() {
        int level = 0;
        for (int i = 0; i < width; i++, legacyBit++) {
            int octet = RawMemory.getByte(legacyBase + (legacyBit >>> 3));
            level = level << 1 | (octet >>> (7 - (legacyBit & 7)) & 1);
        }
        return level;
    }
}
