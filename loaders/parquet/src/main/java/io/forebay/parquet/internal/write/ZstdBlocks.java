// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;

/** Zstandard frames with the content size in the header; one native context reused for every block. */
final class ZstdBlocks implements BlockCompressor {
    private static final int LEVEL = 3;

    private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);

    @Override
    public int maxCompressedBytes(int lengthBytes) {
        return Math.toIntExact(Zstd.compressBound(lengthBytes));
    }

    @Override
    public int compress(byte[] source, int offset, int lengthBytes, byte[] target) {
        return context.compressByteArray(target, 0, target.length, source, offset, lengthBytes);
    }

    @Override
    public void close() {
        context.close();
    }
}
