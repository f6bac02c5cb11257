// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import java.util.Arrays;

/**
 * The indices of a page into its column chunk's dictionary: a byte with their bit width, then hybrid runs. They come a block
 * at a time and are checked against the dictionary once for the block. Not thread-safe.
 */
final class DictionaryIndices {
    /** The most indices of a block, few enough to stay in the processor's first cache. */
    static final int BLOCK_VALUES = 1024;

    private final int[] block = new int[BLOCK_VALUES];
    private final HybridRuns runs = new HybridRuns();
    private boolean repeated;

    /** Starts a page. */
    void start(Page page) {
        if (page.dataBytes < 1) {
            runs.reset(page.dataAddress, 0, 0);
            return;
        }
        int width = RawMemory.getByte(page.dataAddress) & 0xFF;
        runs.reset(page.dataAddress + 1, page.dataBytes - 1, width);
    }

    /**
     * Goes on by a block of at most {@code wanted} indices, of one run: either one index over and over, or at most {@link
     * #BLOCK_VALUES} different ones. Returns how many.
     *
     * @param size entries of the dictionary
     */
    int next(int wanted, int size) {
        runs.ensureRun();
        int count = Math.min(runs.runLeft(), wanted);
        repeated = !runs.packed();
        if (repeated) {
            requireWithin(runs.repeated(), size);
            runs.advance(count);
            return count;
        }
        count = Math.min(count, BLOCK_VALUES);
        runs.unpack(block, 0, count);
        requireWithin(block, count, size);
        return count;
    }

    /** Whether the last block is one index over and over. */
    boolean isRepeated() {
        return repeated;
    }

    /** That index. */
    int repeatedIndex() {
        return runs.repeated();
    }

    /** The indices of the last block, which has {@code count}; those of a repeated one are written out. */
    int[] values(int count) {
        if (repeated) {
            Arrays.fill(block, 0, count, runs.repeated());
        }
        return block;
    }

    void skip(int count) {
        runs.skip(count);
    }

    private static void requireWithin(int index, int size) {
        if (index < 0 || index >= size) {
            throw ForebayException.corrupt("a dictionary index must lie within the dictionary: index="
                    + Integer.toUnsignedString(index) + ", size=" + size);
        }
    }

    /** Checks a block at once: the sign bit of the result is set if any index is negative or too large. */
    private static void requireWithin(int[] indices, int count, int size) {
        int outside = 0;
        for (int i = 0; i < count; i++) {
            outside |= indices[i] | (size - 1 - indices[i]);
        }
        for (int i = 0; outside < 0 && i < count; i++) {
            requireWithin(indices[i], size);
        }
    }
}
