// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** PLAIN byte arrays: each a 32-bit length and its bytes. */
final class PlainBytes implements BytesDecoder {
    private static final int SHORT_BYTES = 16;

    private long position;
    private final long end;

    PlainBytes(long address, int bytes) {
        this.position = address;
        this.end = address + bytes;
    }

    @Override
    public void read(BytesTarget target, int index, int count) {
        // Stage 1: lengths to end offsets, each checked against the page.
        long from = position;
        long start = target.usedBytes();
        long ends = target.endAddress(index);
        long at = from;
        int longest = 0;
        for (int i = 0; i < count; i++) {
            int length = checkedLength(at);
            at += 4 + length;
            longest = Math.max(longest, length);
            RawMemory.putInt(ends + 4L * i, (int) (start + (at - from) - 4L * (i + 1)));
        }
        // Stage 2: the bytes, in words that may overshoot into what comes next. No value waits for the one before it.
        long to = target.append(at - from - 4L * count);
        if (longest <= SHORT_BYTES) {
            copyShort(from, to - start, ends, count, (int) start);
        } else {
            copyLong(from, to - start, ends, count, (int) start);
        }
        position = at;
    }

    /**
     * Copies values of at most 16 bytes.
     *
     * @param to what the end offsets count from
     */
    private static void copyShort(long from, long to, long ends, int count, int start) {
        int offset = start;
        for (int i = 0; i < count; i++) {
            long source = from + (offset - start) + 4L * (i + 1);
            RawMemory.putLong(to + offset, RawMemory.getLong(source));
            RawMemory.putLong(to + offset + 8, RawMemory.getLong(source + 8));
            offset = RawMemory.getInt(ends + 4L * i);
        }
    }

    private static void copyLong(long from, long to, long ends, int count, int start) {
        int offset = start;
        for (int i = 0; i < count; i++) {
            int end = RawMemory.getInt(ends + 4L * i);
            CopyBytes.copy(from + (offset - start) + 4L * (i + 1), to + offset, end - offset);
            offset = end;
        }
    }

    @Override
    public void skip(int count) {
        for (int i = 0; i < count; i++) {
            position += 4 + checkedLength(position);
        }
    }

    private int checkedLength(long at) {
        int length = at + 4 > end ? -1 : RawMemory.getInt(at);
        if (length < 0 || length > end - at - 4) {
            throw ForebayException.corrupt(
                    "a value must lie within its page: length=" + length + ", bytesLeft=" + (end - at));
        }
        return length;
    }
}
