// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** PLAIN values of one width: the page's bytes are the values. */
final class PlainFixed implements FixedDecoder {
    private final int width;
    private long position;
    private final long end;

    PlainFixed(long address, int bytes, int width) {
        this.position = address;
        this.end = address + bytes;
        this.width = width;
    }

    @Override
    public void read(long to, int count) {
        long bytes = require(count);
        RawMemory.copy(position, to, bytes);
        position += bytes;
    }

    @Override
    public void skip(int count) {
        position += require(count);
    }

    private long require(int count) {
        long bytes = (long) count * width;
        if (bytes > end - position) {
            throw tooFew(count, width, end - position);
        }
        return bytes;
    }

    static ForebayException tooFew(int count, int width, long bytesLeft) {
        return ForebayException.corrupt("plain values must lie within their page: values=" + count + ", width=" + width
                + ", bytesLeft=" + bytesLeft);
    }
}
