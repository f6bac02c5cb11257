// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.airlift.compress.lz4.Lz4Compressor;

/** Bare LZ4 blocks: the codec {@code LZ4_RAW}, without Hadoop's or LZ4's own framing. */
final class Lz4RawBlocks implements BlockCompressor {
    private final Lz4Compressor compressor = new Lz4Compressor();

    @Override
    public int maxCompressedBytes(int lengthBytes) {
        return compressor.maxCompressedLength(lengthBytes);
    }

    @Override
    public int compress(byte[] source, int offset, int lengthBytes, byte[] target) {
        return compressor.compress(source, offset, lengthBytes, target, 0, target.length);
    }
}
