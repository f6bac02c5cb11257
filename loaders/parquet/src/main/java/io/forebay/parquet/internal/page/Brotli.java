// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import org.brotli.dec.BrotliInputStream;

/** Brotli, by a library that an application adds where it has such files. */
final class Brotli implements Codec {
    private static final int BLOCK_BYTES = 16 << 10;

    private final byte[] block = new byte[BLOCK_BYTES];

    /** The library's own class; fails to link where the library is absent. */
    static Class<?> library() {
        return BrotliInputStream.class;
    }

    @Override
    public int decompress(ByteBuffer source, ByteBuffer target) {
        ByteBuffer out = target.duplicate();
        try (InputStream in = new BrotliInputStream(new ByteBufferStream(source.duplicate()))) {
            for (int count = in.read(block); count >= 0; count = in.read(block)) {
                if (count > out.remaining()) {
                    throw failed("the data exceed the page's size");
                }
                out.put(block, 0, count);
            }
            return out.position() - target.position();
        } catch (IOException | IllegalStateException e) {
            throw failed(String.valueOf(e.getMessage()));
        }
    }

    private static ForebayException failed(String reason) {
        return ForebayException.corrupt("a page must decompress: codec=BROTLI, reason=" + reason);
    }

    /** The bytes of a buffer as a stream. */
    private static final class ByteBufferStream extends InputStream {
        private final ByteBuffer bytes;

        ByteBufferStream(ByteBuffer bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read() {
            return bytes.hasRemaining() ? bytes.get() & 0xFF : -1;
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            if (!bytes.hasRemaining()) {
                return length == 0 ? 0 : -1;
            }
            int count = Math.min(length, bytes.remaining());
            bytes.get(target, offset, count);
            return count;
        }
    }
}
