// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.airlift.compress.MalformedInputException;
import io.airlift.compress.lz4.Lz4Decompressor;
import io.forebay.ForebayException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.xerial.snappy.Snappy;

/**
 * Decompresses blocks from direct buffer to direct buffer. One instance serves one lane at a time; its owner closes it.
 */
interface Codec extends AutoCloseable {
    /**
     * Decompresses all of {@code source} (position to limit) into {@code target} from its position on.
     *
     * @return how many bytes came out, never more than the target's remaining ones
     * @throws ForebayException of kind {@code corrupt} for data that do not decompress into the target
     */
    int decompress(ByteBuffer source, ByteBuffer target);

    @Override
    default void close() {}

    private static ForebayException failed(String codec, @Nullable String reason) {
        return ForebayException.corrupt("a page must decompress: codec=" + codec + ", reason=" + reason);
    }

    /** Snappy's raw format. */
    final class SnappyRaw implements Codec {
        @Override
        public int decompress(ByteBuffer source, ByteBuffer target) {
            try {
                int claimed = Snappy.uncompressedLength(source);
                if (claimed < 0 || claimed > target.remaining()) {
                    throw failed("SNAPPY", "claims " + claimed + " bytes where the page has " + target.remaining());
                }
                return Snappy.uncompress(source, target.duplicate());
            } catch (IOException e) {
                throw failed("SNAPPY", e.getMessage());
            }
        }
    }

    /** Zstandard, in a native context that is kept. */
    final class Zstd implements Codec {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        public int decompress(ByteBuffer source, ByteBuffer target) {
            try {
                return context.decompressDirectByteBuffer(
                        target, target.position(), target.remaining(), source, source.position(), source.remaining());
            } catch (ZstdException e) {
                throw failed("ZSTD", e.getMessage());
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /** LZ4 blocks without framing. */
    final class Lz4Raw implements Codec {
        private final Lz4Decompressor decompressor = new Lz4Decompressor();

        @Override
        public int decompress(ByteBuffer source, ByteBuffer target) {
            int start = target.position();
            ByteBuffer out = target.duplicate();
            try {
                decompressor.decompress(source.duplicate(), out);
                return out.position() - start;
            } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
                throw failed("LZ4_RAW", e.getMessage());
            }
        }
    }

    /** Gzip, of one or more members. */
    final class Gzip implements Codec {
        private static final int TRAILER_BYTES = 8;

        private final Inflater inflater = new Inflater(true);
        private final CRC32 checksum = new CRC32();

        @Override
        public int decompress(ByteBuffer source, ByteBuffer target) {
            ByteBuffer in = source.duplicate();
            ByteBuffer out = target.duplicate();
            try {
                do {
                    GzipHeader.skip(in);
                    int start = out.position();
                    inflateMember(in, out);
                    requireTrailer(in, out, start);
                } while (in.hasRemaining() && GzipHeader.startsAt(in));
                return out.position() - target.position();
            } catch (DataFormatException e) {
                throw failed("GZIP", e.getMessage());
            }
        }

        private void inflateMember(ByteBuffer in, ByteBuffer out) throws DataFormatException {
            inflater.reset();
            inflater.setInput(in);
            while (!inflater.finished()) {
                int count = inflater.inflate(out);
                if (count == 0 && !inflater.finished()) {
                    throw failed("GZIP", out.hasRemaining() ? "the data end early" : "the data exceed the page's size");
                }
            }
        }

        /** A member ends with the CRC-32 and the length of what it holds; {@code out} holds it from {@code start} on. */
        private void requireTrailer(ByteBuffer in, ByteBuffer out, int start) {
            if (in.remaining() < TRAILER_BYTES) {
                throw failed("GZIP", "the data end before a member's trailer");
            }
            in.order(ByteOrder.LITTLE_ENDIAN);
            int expectedCrc = in.getInt();
            int expectedBytes = in.getInt();
            checksum.reset();
            checksum.update(out.duplicate().flip().position(start));
            if (expectedBytes != out.position() - start || expectedCrc != (int) checksum.getValue()) {
                throw failed("GZIP", "the data differ from the checksum or the length in their trailer");
            }
        }

        @Override
        public void close() {
            inflater.end();
        }
    }
}
