// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.parquet.format.OffsetIndex;
import org.apache.parquet.format.PageLocation;
import org.apache.parquet.format.Util;
import org.junit.jupiter.api.Test;

/** A page index finds the page of a row, or is refused. */
class PageIndexTest {
    private static final int ROWS = 30;

    @Test
    void thePageOfARowIsTheLastThatStartsAtOrBeforeIt() throws IOException {
        PageIndex index = index(page(100, 0), page(200, 10), page(300, 20));
        assertThat(index.pageOf(0)).isEqualTo(new PageIndex.Entry(0, 100, 0, 10));
        assertThat(index.pageOf(9)).isEqualTo(new PageIndex.Entry(0, 100, 0, 10));
        assertThat(index.pageOf(10)).isEqualTo(new PageIndex.Entry(1, 200, 10, 20));
        assertThat(index.pageOf(29)).isEqualTo(new PageIndex.Entry(2, 300, 20, ROWS));
    }

    @Test
    void noIndexKnowsNoPage() throws IOException {
        assertThat(new PageIndex(new Bytes(new byte[0]), null, ROWS).pageOf(0)).isNull();
        assertThat(index(page(100, 5)).pageOf(4)).isNull();
    }

    @Test
    void pagesOutOfOrderAreRefused() throws IOException {
        requireCorrupt(index(page(100, 0), page(200, 20), page(300, 10)), "pages must lie in the order of their rows");
        requireCorrupt(index(page(200, 0), page(100, 10)), "pages must lie in the order of their rows");
    }

    @Test
    void anIndexListsPages() throws IOException {
        requireCorrupt(index(), "a page index must be valid: it lists no pages");
    }

    @Test
    void anIndexLiesWithinItsFile() throws IOException {
        byte[] file = file(page(100, 0));
        for (ByteRange range : List.of(
                new ByteRange(1, file.length), new ByteRange(Long.MAX_VALUE - 1, 9), new ByteRange(1, 1L << 40))) {
            requireCorrupt(new PageIndex(new Bytes(file), range, ROWS), "a page index must lie within its file");
        }
        requireCorrupt(
                new PageIndex(new Bytes(file), new ByteRange(1, file.length - 2), ROWS), "a page index must be valid");
    }

    /** Only what is wrong with the index itself is a reason to do without it. */
    @Test
    void failuresThatSayNothingOfTheIndexAreThrown() throws IOException {
        byte[] file = file(page(100, 0));
        for (Kind kind : Kind.values()) {
            PageIndex index = new PageIndex(
                    new Bytes(file) {
                        @Override
                        public CompletableFuture<Void> read(long offset, ByteBuffer target) {
                            throw new ForebayException(kind, "not now");
                        }
                    },
                    new ByteRange(1, file.length - 1),
                    ROWS);
            if (kind == Kind.CORRUPT || kind == Kind.UNSUPPORTED) {
                assertThat(index.pagesWithin(new ByteRange(0, 1000))).isEmpty();
            } else {
                assertThatExceptionOfType(ForebayException.class)
                        .isThrownBy(() -> index.pagesWithin(new ByteRange(0, 1000)))
                        .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
            }
        }
    }

    private static void requireCorrupt(PageIndex index, String rule) {
        assertThatExceptionOfType(ForebayException.class)
                .isThrownBy(() -> index.pageOf(0))
                .withMessageContaining(rule)
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.CORRUPT));
    }

    private static PageLocation page(long offset, long firstRow) {
        return new PageLocation(offset, 1, firstRow);
    }

    private static PageIndex index(PageLocation... pages) throws IOException {
        byte[] file = file(pages);
        return new PageIndex(new Bytes(file), new ByteRange(1, file.length - 1), ROWS);
    }

    /** One byte, then the index. */
    private static byte[] file(PageLocation... pages) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(0);
        Util.writeOffsetIndex(new OffsetIndex(Arrays.asList(pages)), bytes);
        return bytes.toByteArray();
    }

    /** A file in memory. */
    private static class Bytes implements RangeReader {
        private final byte[] bytes;

        Bytes(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public StorageObject storageObject() {
            return new StorageObject("memory:test", "test", bytes.length, "1");
        }

        @Override
        public CompletableFuture<Void> read(long offset, ByteBuffer target) {
            target.put(bytes, Math.toIntExact(offset), target.remaining());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void close() {}
    }
}
