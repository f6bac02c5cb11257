// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** PLAIN values of one width: the page's bytes are the values. */
class PlainFixed implements FixedDecoder {
    final int width;
    private long position;
    private final long end;

    PlainFixed(long address, int bytes, int width) {
        this.position = address;
        this.end = address + bytes;
        this.width = width;
    }

    @Override
    public void read(long to, int count) {
        RawMemory.copy(take(count), to, (long) count * width);
    }

    @Override
    public void skip(int count) {
        take(count);
    }

    /** Moves past {@code count} values and returns where they start. */
    final long take(int count) {
        long bytes = (long) count * width;
        if (bytes > end - position) {
            throw ForebayException.corrupt("plain values must lie within their page: values=" + count + ", width="
                    + width + ", bytesLeft=" + (end - position));
        }
        position += bytes;
        return position - bytes;
    }
}
