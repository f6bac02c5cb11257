// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import com.github.luben.zstd.Zstd;
import io.airlift.compress.lz4.Lz4Compressor;
import io.airlift.compress.lz4.Lz4Decompressor;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.brotli.dec.BrotliInputStream;
import org.xerial.snappy.Snappy;

/** The codecs of pages on arrays, without Hadoop: the obvious way, in nobody's hot loop. Stateless. */
final class PageCodecs implements CompressionCodecFactory {
    private static final int HADOOP_FRAME_BYTES = 8;

    /** Compresses a whole page. */
    @FunctionalInterface
    private interface Packing {
        byte[] compress(byte[] page) throws IOException;
    }

    /** Decompresses a whole page of a size that its header promises. */
    @FunctionalInterface
    private interface Unpacking {
        byte[] decompress(byte[] page, int sizeBytes) throws IOException;
    }

    @Override
    public BytesInputCompressor getCompressor(CompressionCodecName codec) {
        return new Compressor(
                codec,
                switch (codec) {
                    case UNCOMPRESSED -> page -> page;
                    case SNAPPY -> Snappy::compress;
                    case GZIP -> PageCodecs::gzip;
                    case ZSTD -> Zstd::compress;
                    case LZ4_RAW -> PageCodecs::packLz4;
                    case LZ4, LZO, BROTLI -> throw new IllegalArgumentException("a codec to write: codec=" + codec);
                });
    }

    @Override
    public BytesInputDecompressor getDecompressor(CompressionCodecName codec) {
        return new Decompressor(
                switch (codec) {
                    case UNCOMPRESSED -> (page, size) -> page;
                    case SNAPPY -> (page, size) -> Snappy.uncompress(page);
                    case GZIP -> (page, size) -> new GZIPInputStream(new ByteArrayInputStream(page)).readAllBytes();
                    case ZSTD -> (page, size) -> Zstd.decompress(page, size);
                    case BROTLI -> (page, size) -> new BrotliInputStream(new ByteArrayInputStream(page)).readAllBytes();
                    case LZ4_RAW -> PageCodecs::unpackLz4;
                    case LZ4 -> PageCodecs::unpackFramedLz4;
                    case LZO -> throw new IllegalArgumentException("a codec to read: codec=" + codec);
                });
    }

    @Override
    public void release() {}

    private static byte[] bytes(BytesInput input) throws IOException {
        return input.toInputStream().readAllBytes();
    }

    private static byte[] gzip(byte[] page) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(page);
        }
        return bytes.toByteArray();
    }

    private static byte[] packLz4(byte[] page) {
        Lz4Compressor compressor = new Lz4Compressor();
        byte[] target = new byte[compressor.maxCompressedLength(page.length)];
        return Arrays.copyOf(target, compressor.compress(page, 0, page.length, target, 0, target.length));
    }

    private static byte[] unpackLz4(byte[] page, int sizeBytes) {
        byte[] target = new byte[sizeBytes];
        new Lz4Decompressor().decompress(page, 0, page.length, target, 0, sizeBytes);
        return target;
    }

    /** The deprecated codec: Hadoop's framing (big-endian sizes before each block), or by some writers a bare block. */
    private static byte[] unpackFramedLz4(byte[] page, int sizeBytes) {
        try {
            ByteBuffer in = ByteBuffer.wrap(page);
            ByteBuffer out = ByteBuffer.allocate(sizeBytes);
            while (in.remaining() > HADOOP_FRAME_BYTES) {
                int blockBytes = in.getInt();
                byte[] compressed = new byte[in.getInt()];
                in.get(compressed);
                out.put(unpackLz4(compressed, blockBytes));
            }
            return out.hasRemaining() ? unpackLz4(page, sizeBytes) : out.array();
        } catch (RuntimeException notFramed) {
            return unpackLz4(page, sizeBytes);
        }
    }

    /** Adapts a page function. */
    private record Compressor(CompressionCodecName codec, Packing packing) implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput page) throws IOException {
            return BytesInput.from(packing.compress(bytes(page)));
        }

        @Override
        public CompressionCodecName getCodecName() {
            return codec;
        }

        @Override
        public void release() {}
    }

    /** Adapts a page function, and insists on the size that the page header promises. */
    private record Decompressor(Unpacking unpacking) implements BytesInputDecompressor {
        @Override
        public BytesInput decompress(BytesInput page, int sizeBytes) throws IOException {
            byte[] bytes = sizeBytes == 0 ? new byte[0] : unpacking.decompress(bytes(page), sizeBytes);
            if (bytes.length != sizeBytes) {
                throw new IOException(
                        "a page must be as long as promised: promised=" + sizeBytes + ", length=" + bytes.length);
            }
            return BytesInput.from(bytes);
        }

        @Override
        public void decompress(ByteBuffer page, int compressedBytes, ByteBuffer target, int sizeBytes)
                throws IOException {
            byte[] bytes = new byte[compressedBytes];
            page.get(bytes);
            target.put(bytes(decompress(BytesInput.from(bytes), sizeBytes)));
        }

        @Override
        public void release() {}
    }
}
