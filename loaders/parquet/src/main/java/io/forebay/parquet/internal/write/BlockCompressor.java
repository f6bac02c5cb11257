// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import java.io.IOException;

/** Compresses one block of bytes at a time. One thread at a time; the owner closes it. */
interface BlockCompressor extends AutoCloseable {
    /** The most bytes that {@code lengthBytes} of input may become. */
    int maxCompressedBytes(int lengthBytes);

    /** Compresses a block into {@code target} from index 0, and returns how many bytes it became. */
    int compress(byte[] source, int offset, int lengthBytes, byte[] target) throws IOException;

    @Override
    default void close() {}
}
