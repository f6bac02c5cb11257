// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A column chunk's dictionary, in Arrow's layout already, and the kernels that gather from it. Indices are unpacked a
 * block at a time and checked against the dictionary once for the block; a repeated index is one lookup and a fill. Not
 * thread-safe; its owner closes it.
 */
final class Dictionary implements AutoCloseable {
    private static final int BLOCK_VALUES = 1024;

    private final Scratch values;

    /** For byte arrays, of each entry the offset in the upper and the length in the lower half. */
    private final Scratch entries;

    private final int[] indices = new int[BLOCK_VALUES];
    private final HybridRuns runs = new HybridRuns();
    private int count;
    private int width;

    /** For byte arrays, the length of the longest. */
    private int longest;

    Dictionary(BufferAllocator allocator) {
        this.values = new Scratch(allocator);
        this.entries = new Scratch(allocator);
    }

    /** Takes over {@code size} values of {@code valueWidth} bytes each that {@code decoder} yields. */
    void loadFixed(FixedDecoder decoder, int size, int valueWidth) {
        values.ensure((long) size * valueWidth);
        decoder.read(values.address(), size);
        count = size;
        width = valueWidth;
    }

    /** Takes over the byte arrays of a PLAIN dictionary page. */
    void loadBytes(Page page, boolean utf8) {
        if ((long) page.valueCount * 4 > page.dataBytes) {
            throw ForebayException.corrupt("a dictionary must lie within its page: values=" + page.valueCount
                    + ", pageBytes=" + page.dataBytes);
        }
        values.ensure(page.dataBytes);
        entries.ensure(8L * page.valueCount);
        RawMemory.copy(page.dataAddress, values.address(), page.dataBytes);
        count = page.valueCount;
        longest = 0;
        long offset = 0;
        for (int i = 0; i < count; i++) {
            int length = offset + 4 > page.dataBytes ? -1 : RawMemory.getInt(values.address() + offset);
            if (length < 0 || length > page.dataBytes - offset - 4) {
                throw ForebayException.corrupt("a dictionary value must lie within its page: length=" + length
                        + ", bytesLeft=" + (page.dataBytes - offset));
            }
            RawMemory.putLong(entries.address() + 8L * i, ((offset + 4) << 32) | length);
            longest = Math.max(longest, length);
            if (utf8) {
                Utf8.require(values.address() + offset + 4, length);
            }
            offset += 4 + length;
        }
    }

    /** Starts a page of indices: a byte with their bit width, then hybrid runs. */
    void startPage(Page page) {
        if (page.dataBytes < 1) {
            runs.reset(page.dataAddress, 0, 0);
            return;
        }
        int bits = RawMemory.getByte(page.dataAddress) & 0xFF;
        runs.reset(page.dataAddress + 1, page.dataBytes - 1, bits);
    }

    /** The indices as a decoder of fixed-width values. */
    FixedDecoder fixed() {
        return new FixedDecoder() {
            @Override
            public void read(long to, int n) {
                readFixed(to, n);
            }

            @Override
            public void skip(int n) {
                runs.skip(n);
            }
        };
    }

    /** The indices as a decoder of byte arrays. */
    BytesDecoder bytes() {
        return new BytesDecoder() {
            @Override
            public void read(BytesTarget target, int index, int n) {
                readBytes(target, index, n);
            }

            @Override
            public void skip(int n) {
                runs.skip(n);
            }
        };
    }

    private void readFixed(long to, int n) {
        int done = 0;
        while (done < n) {
            runs.ensureRun();
            long target = to + (long) done * width;
            int block = Math.min(runs.runLeft(), n - done);
            if (runs.packed()) {
                block = Math.min(block, BLOCK_VALUES);
                runs.unpack(indices, 0, block);
                requireWithin(indices, block, count);
                FixedCells.gather(values.address(), indices, 0, block, width, target);
            } else {
                requireWithin(runs.repeated());
                FixedCells.repeat(values.address() + (long) runs.repeated() * width, block, width, target);
                runs.advance(block);
            }
            done += block;
        }
    }

    private void readBytes(BytesTarget target, int index, int n) {
        int done = 0;
        while (done < n) {
            runs.ensureRun();
            int block = Math.min(Math.min(runs.runLeft(), n - done), BLOCK_VALUES);
            if (runs.packed()) {
                runs.unpack(indices, 0, block);
                requireWithin(indices, block, count);
            } else {
                requireWithin(runs.repeated());
                Arrays.fill(indices, 0, block, runs.repeated());
                runs.advance(block);
            }
            gatherBytes(target, index + done, block);
            done += block;
        }
    }

    private void gatherBytes(BytesTarget target, int index, int n) {
        long bytes = ByteArrays.ends(entries.address(), indices, n, target.endAddress(index), target.usedBytes());
        long to = target.append(bytes);
        ByteArrays.copy(values.address(), entries.address(), indices, n, longest, to);
    }

    private void requireWithin(int index) {
        if (index < 0 || index >= count) {
            throw outside(index);
        }
    }

    /** Checks a block at once: the sign bit of the result is set if any index is negative or too large. */
    private void requireWithin(int[] block, int n, int size) {
        int outside = 0;
        for (int i = 0; i < n; i++) {
            outside |= block[i] | (size - 1 - block[i]);
        }
        if (outside < 0) {
            for (int i = 0; i < n; i++) {
                requireWithin(block[i]);
            }
        }
    }

    private ForebayException outside(int index) {
        return ForebayException.corrupt("a dictionary index must lie within the dictionary: index="
                + Integer.toUnsignedString(index) + ", size=" + count);
    }

    @Override
    public void close() {
        values.close();
        entries.close();
    }
}
