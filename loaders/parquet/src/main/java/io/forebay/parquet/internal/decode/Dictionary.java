// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A column chunk's dictionary, in Arrow's layout already, and the kernels that gather from it. Indices are unpacked a
 * block at a time and checked against the dictionary once for the block; a repeated index is one lookup and a fill. Not
 * thread-safe; its owner closes it.
 */
final class Dictionary implements AutoCloseable {
    private static final int BLOCK_VALUES = 1024;

    private final Scratch values;
    private final int[] indices = new int[BLOCK_VALUES];
    private final HybridRuns runs = new HybridRuns();
    private int count;
    private int width;

    /** For byte arrays, of each entry the offset in the upper and the length in the lower half. */
    private long[] entries = new long[0];

    Dictionary(BufferAllocator allocator) {
        this.values = new Scratch(allocator);
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
        RawMemory.copy(page.dataAddress, values.address(), page.dataBytes);
        entries = new long[page.valueCount];
        long offset = 0;
        for (int i = 0; i < entries.length; i++) {
            int length = offset + 4 > page.dataBytes ? -1 : RawMemory.getInt(values.address() + offset);
            if (length < 0 || length > page.dataBytes - offset - 4) {
                throw ForebayException.corrupt("a dictionary value must lie within its page: length=" + length
                        + ", bytesLeft=" + (page.dataBytes - offset));
            }
            entries[i] = ((offset + 4) << 32) | length;
            if (utf8) {
                Utf8.require(values.address() + offset + 4, length);
            }
            offset += 4 + length;
        }
        count = entries.length;
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
                gather(values.address(), indices, block, width, target);
            } else {
                requireWithin(runs.repeated());
                fill(values.address() + (long) runs.repeated() * width, block, width, target);
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
                java.util.Arrays.fill(indices, 0, block, runs.repeated());
                runs.advance(block);
            }
            gatherBytes(target, index + done, block);
            done += block;
        }
    }

    private void gatherBytes(BytesTarget target, int index, int n) {
        // Stage 1: lengths to end offsets.
        long ends = target.endAddress(index);
        long used = target.usedBytes();
        long total = used;
        for (int i = 0; i < n; i++) {
            total += (int) entries[indices[i]];
            RawMemory.putInt(ends + 4L * i, (int) total);
        }
        // Stage 2: the bytes, in words that may overshoot into what comes next.
        long to = target.append(total - used);
        long base = values.address();
        for (int i = 0; i < n; i++) {
            long entry = entries[indices[i]];
            int length = (int) entry;
            CopyBytes.copy(base + (entry >>> 32), to, length);
            to += length;
        }
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

    private static void gather(long from, int[] indices, int n, int width, long to) {
        switch (width) {
            case 4 -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.putInt(to + 4L * i, RawMemory.getInt(from + 4L * indices[i]));
                }
            }
            case 8 -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.putLong(to + 8L * i, RawMemory.getLong(from + 8L * indices[i]));
                }
            }
            case 16 -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.putLong(to + 16L * i, RawMemory.getLong(from + 16L * indices[i]));
                    RawMemory.putLong(to + 16L * i + 8, RawMemory.getLong(from + 16L * indices[i] + 8));
                }
            }
            case 1 -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.putByte(to + i, RawMemory.getByte(from + indices[i]));
                }
            }
            case 2 -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.putShort(to + 2L * i, RawMemory.getShort(from + 2L * indices[i]));
                }
            }
            default -> {
                for (int i = 0; i < n; i++) {
                    RawMemory.copy(from + (long) width * indices[i], to + (long) width * i, width);
                }
            }
        }
    }

    private static void fill(long value, int n, int width, long to) {
        if (width == 4) {
            int repeated = RawMemory.getInt(value);
            for (int i = 0; i < n; i++) {
                RawMemory.putInt(to + 4L * i, repeated);
            }
        } else if (width == 8) {
            long repeated = RawMemory.getLong(value);
            for (int i = 0; i < n; i++) {
                RawMemory.putLong(to + 8L * i, repeated);
            }
        } else {
            for (int i = 0; i < n; i++) {
                RawMemory.copy(value, to + (long) width * i, width);
            }
        }
    }

    @Override
    public void close() {
        values.close();
    }
}
