// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/** Decompresses one buffer, front to back, a part at a time. One thread at a time. */
interface Decompressor extends AutoCloseable {
    /** What is asked of the source at a time. */
    int CHUNK_BYTES = 64 << 10;

    /** Where compressed bytes come from. */
    @FunctionalInterface
    interface Source {
        /** Fills {@code target} from its start; returns how many bytes there were, 0 at the end. */
        int next(ArrowBuf target);
    }

    /**
     * Puts the next {@code count} bytes into {@code target} from {@code index} on.
     *
     * @throws ForebayException of kind {@code corrupt} where there are not so many
     */
    void read(ArrowBuf target, long index, long count);

    @Override
    void close();

    /** The error for bytes that do not decompress. */
    static ForebayException failed(String codec, @Nullable String reason) {
        return ForebayException.corrupt("a buffer must decompress: codec=" + codec + ", reason=" + reason);
    }
}
