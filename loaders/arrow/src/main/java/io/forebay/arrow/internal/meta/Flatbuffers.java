// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.util.function.Supplier;

/**
 * Reads of flatbuffers. Their accessors follow whatever offsets a buffer holds and fail with an exception of any sort where these
 * lead out of it; that is the file's fault.
 */
final class Flatbuffers {
    private Flatbuffers() {}

    /** What {@code accessors} answer, or a {@code corrupt} error. */
    static <T> T read(String what, Supplier<T> accessors) {
        try {
            return accessors.get();
        } catch (ForebayException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new ForebayException(Kind.CORRUPT, what + " must be valid metadata: " + e, e);
        }
    }

    /** Fails where {@code count} elements of {@code elementBytes} each cannot lie in {@code bytes}. */
    static int checkedCount(String what, int count, int elementBytes, int bytes) {
        if (count < 0 || (long) count * elementBytes > bytes) {
            throw ForebayException.corrupt(
                    what + " must fit their metadata: count=" + count + ", metadataBytes=" + bytes);
        }
        return count;
    }
}
