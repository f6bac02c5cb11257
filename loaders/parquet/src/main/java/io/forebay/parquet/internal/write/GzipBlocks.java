// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** One gzip member (RFC 1952) for each block, with one deflater reused for every block. */
final class GzipBlocks implements BlockCompressor {
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, Deflater.DEFLATED, 0, 0, 0, 0, 0, 0, (byte) 0xff};
    private static final int TRAILER_BYTES = 8;
    /** A stored deflate block adds 5 bytes for at most 16 KiB in zlib's default memory level, 6 more frame the stream. */
    private static final int STORED_BLOCK_BYTES = 16 * 1024 - 1;

    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
    private final CRC32 crc = new CRC32();

    @Override
    public int maxCompressedBytes(int lengthBytes) {
        int deflated = Math.addExact(lengthBytes, 5 * (lengthBytes / STORED_BLOCK_BYTES + 1) + 6);
        return Math.addExact(deflated, HEADER.length + TRAILER_BYTES);
    }

    @Override
    public int compress(byte[] source, int offset, int lengthBytes, byte[] target) {
        ByteBuffer out = ByteBuffer.wrap(target).order(ByteOrder.LITTLE_ENDIAN).put(HEADER);
        deflater.reset();
        deflater.setInput(source, offset, lengthBytes);
        deflater.finish();
        deflater.deflate(out);
        if (!deflater.finished()) {
            throw new IllegalStateException("deflate outgrew its bound: lengthBytes=" + lengthBytes);
        }
        crc.reset();
        crc.update(source, offset, lengthBytes);
        return out.putInt((int) crc.getValue()).putInt(lengthBytes).position();
    }

    @Override
    public void close() {
        deflater.end();
    }
}
