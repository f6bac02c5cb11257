// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import java.io.IOException;
import org.xerial.snappy.Snappy;

/** Raw Snappy blocks, as the Parquet format asks for (no framing). */
final class SnappyBlocks implements BlockCompressor {
    @Override
    public int maxCompressedBytes(int lengthBytes) {
        return Snappy.maxCompressedLength(lengthBytes);
    }

    @Override
    public int compress(byte[] source, int offset, int lengthBytes, byte[] target) throws IOException {
        return Snappy.compress(source, offset, lengthBytes, target, 0);
    }
}
