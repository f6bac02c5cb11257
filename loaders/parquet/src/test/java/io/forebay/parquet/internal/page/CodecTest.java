// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/** Gzip pages may have several members, and each is held to its own checksum. */
class CodecTest {
    private static final byte[] FIRST = "Lorem ipsum dolor sit amet".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECOND = "consectetur".getBytes(StandardCharsets.UTF_8);

    @Test
    void gzipMembersFollowEachOther() throws IOException {
        assertThat(decompress(members())).isEqualTo("Lorem ipsum dolor sit ametconsectetur");
    }

    @Test
    void aGzipTrailerIsHeldTo() throws IOException {
        int firstEnd = gzip(FIRST).length;
        int end = members().length;
        for (int trailerEnd : new int[] {firstEnd, end}) {
            for (int at = trailerEnd - 8; at < trailerEnd; at++) {
                byte[] page = members();
                page[at] ^= 1;
                assertThatExceptionOfType(ForebayException.class)
                        .isThrownBy(() -> decompress(page))
                        .withMessageContaining("the data differ from the checksum or the length in their trailer")
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CORRUPT));
            }
        }
    }

    private static String decompress(byte[] page) {
        ByteBuffer source = ByteBuffer.allocateDirect(page.length).put(page).flip();
        ByteBuffer target = ByteBuffer.allocateDirect(FIRST.length + SECOND.length);
        try (Codec gzip = new Codec.Gzip()) {
            target.limit(gzip.decompress(source, target));
        }
        return StandardCharsets.UTF_8.decode(target).toString();
    }

    private static byte[] members() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(gzip(FIRST));
        bytes.write(gzip(SECOND));
        return bytes.toByteArray();
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }
}
