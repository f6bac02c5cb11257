// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.parquet.internal.page.PageSource;
import java.nio.ByteBuffer;

/** PLAIN values that are still in the file: they go straight to where they are wanted, and are copied once. */
final class PlainInFile extends PlainFixed {
    private final PageSource source;

    /** @param offset where the values start in the file */
    PlainInFile(PageSource source, long offset, int bytes, int width) {
        super(offset, bytes, width);
        this.source = source;
    }

    /** Reads as many values as {@code target} has room for. */
    void read(ByteBuffer target) {
        source.readValues(take(target.remaining() / width), target);
    }

    @Override
    public void read(long to, int count) {
        throw new UnsupportedOperationException("values in a file are read into buffers");
    }
}
