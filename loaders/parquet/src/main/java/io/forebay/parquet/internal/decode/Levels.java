// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import org.apache.parquet.format.Encoding;

/**
 * The definition levels of a flat column, straight as validity bits: at maximum level 1 the packed bytes are the bitmap.
 * Not thread-safe.
 */
final class Levels {
    private final boolean optional;
    private final HybridRuns runs = new HybridRuns();
    private boolean legacy;
    private long legacyBase;
    private long legacyBit;

    Levels(boolean optional) {
        this.optional = optional;
    }

    /** Starts a page; moves its data behind the levels where they precede it. */
    void start(Page page) {
        if (!optional) {
            return;
        }
        legacy = false;
        if (page.levelsApart) {
            runs.reset(page.levelsAddress, page.levelsBytes, 1);
        } else if (page.levelEncoding == Encoding.RLE) {
            startRle(page);
        } else if (page.levelEncoding == Encoding.BIT_PACKED) {
            startBitPacked(page);
        } else {
            throw ForebayException.corrupt(
                    "levels must be encoded as RLE or BIT_PACKED: encoding=" + page.levelEncoding);
        }
    }

    private void startRle(Page page) {
        int length = page.dataBytes < 4 ? -1 : RawMemory.getInt(page.dataAddress);
        if (length < 0 || length > page.dataBytes - 4) {
            throw ForebayException.corrupt(
                    "levels must lie within their page: levelBytes=" + length + ", pageBytes=" + page.dataBytes);
        }
        runs.reset(page.dataAddress + 4, length, 1);
        consume(page, 4 + length);
    }

    private void startBitPacked(Page page) {
        int length = (int) Bits.bytes(page.valueCount);
        if (length > page.dataBytes) {
            throw ForebayException.corrupt(
                    "levels must lie within their page: levelBytes=" + length + ", pageBytes=" + page.dataBytes);
        }
        legacy = true;
        legacyBase = page.dataAddress;
        legacyBit = 0;
        consume(page, length);
    }

    private static void consume(Page page, int bytes) {
        page.dataAddress += bytes;
        page.dataBytes -= bytes;
    }

    /** Reads {@code count} levels into a bitmap and returns how many values are there. */
    int read(long validity, long bit, int count) {
        if (!optional) {
            Bits.fill(validity, bit, count, true);
            return count;
        }
        if (!legacy) {
            return runs.readBits(validity, bit, count);
        }
        int set = 0;
        for (int i = 0; i < count; i++) {
            boolean valid = nextLegacy();
            Bits.set(validity, bit + i, valid);
            set += valid ? 1 : 0;
        }
        return set;
    }

    /** Moves past {@code count} levels and returns how many values are there. */
    int skip(int count) {
        if (!optional) {
            return count;
        }
        if (!legacy) {
            return runs.skipBits(count);
        }
        int set = 0;
        for (int i = 0; i < count; i++) {
            set += nextLegacy() ? 1 : 0;
        }
        return set;
    }

    /** The deprecated packing goes from the most significant bit down. */
    private boolean nextLegacy() {
        int octet = RawMemory.getByte(legacyBase + (legacyBit >>> 3));
        return ((octet >>> (7 - (legacyBit++ & 7))) & 1) != 0;
    }
}
