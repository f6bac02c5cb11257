// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.parquet.internal.page.PageSource;
import java.nio.ByteBuffer;

/** PLAIN values that are still in the file: they go straight to where they are wanted, and are copied once. */
final class PlainInFile implements FixedDecoder {
    private final PageSource source;
    private final int width;
    private long position;
    private final long end;

    PlainInFile(PageSource source, long offset, int bytes, int width) {
        this.source = source;
        this.position = offset;
        this.end = offset + bytes;
        this.width = width;
    }

    /** Reads as many values as {@code target} has room for. */
    void read(ByteBuffer target) {
        long bytes = require(target.remaining() / width);
        source.readValues(position, target);
        position += bytes;
    }

    @Override
    public void read(long to, int count) {
        throw new UnsupportedOperationException("values in a file are read into buffers");
    }

    @Override
    public void skip(int count) {
        position += require(count);
    }

    private long require(int count) {
        long bytes = (long) count * width;
        if (bytes > end - position) {
            throw PlainFixed.tooFew(count, width, end - position);
        }
        return bytes;
    }
}
