// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** PLAIN byte arrays: each a 32-bit length and its bytes. */
final class PlainBytes implements BytesDecoder {
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
        long used = target.usedBytes();
        long ends = target.endAddress(index);
        long at = from;
        for (int i = 0; i < count; i++) {
            int length = checkedLength(at);
            at += 4 + length;
            RawMemory.putInt(ends + 4L * i, (int) (used + (at - from) - 4L * (i + 1)));
        }
        // Stage 2: the bytes, in words that may overshoot into what comes next.
        long to = target.append(at - from - 4L * count);
        long source = from;
        for (int i = 0; i < count; i++) {
            int length = RawMemory.getInt(source);
            CopyBytes.copy(source + 4, to, length);
            source += 4 + length;
            to += length;
        }
        position = at;
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
