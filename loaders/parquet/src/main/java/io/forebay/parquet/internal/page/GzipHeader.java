// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import java.nio.ByteBuffer;

/** The header of a gzip member (RFC 1952, section 2.3). */
final class GzipHeader {
    private static final int FIXED_BYTES = 10;
    private static final int FLAG_HEADER_CRC = 2;
    private static final int FLAG_EXTRA = 4;
    private static final int FLAG_NAME = 8;
    private static final int FLAG_COMMENT = 16;

    private GzipHeader() {}

    static boolean startsAt(ByteBuffer in) {
        int at = in.position();
        return in.remaining() >= FIXED_BYTES && in.get(at) == 0x1f && (in.get(at + 1) & 0xff) == 0x8b;
    }

    /** Moves past a header. */
    static void skip(ByteBuffer in) {
        if (!startsAt(in)) {
            throw ForebayException.corrupt("a gzip page must start with a gzip header: bytes=" + in.remaining());
        }
        int flags = in.get(in.position() + 3);
        advance(in, FIXED_BYTES);
        if ((flags & FLAG_EXTRA) != 0) {
            advance(in, 2);
            advance(in, (in.get(in.position() - 2) & 0xff) | ((in.get(in.position() - 1) & 0xff) << 8));
        }
        if ((flags & FLAG_NAME) != 0) {
            skipText(in);
        }
        if ((flags & FLAG_COMMENT) != 0) {
            skipText(in);
        }
        if ((flags & FLAG_HEADER_CRC) != 0) {
            advance(in, 2);
        }
    }

    private static void skipText(ByteBuffer in) {
        do {
            advance(in, 1);
        } while (in.get(in.position() - 1) != 0);
    }

    private static void advance(ByteBuffer in, int count) {
        if (in.remaining() < count) {
            throw ForebayException.corrupt("a gzip header must end within its page: missingBytes=" + count);
        }
        in.position(in.position() + count);
    }
}
