// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.parquet.Compression;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * Compresses pages for Parquet's page store. The bytes returned are valid until the next call, which is enough: the
 * store copies them at once. One thread; {@link #release} frees the codec and must be called once.
 */
final class PageCompressor implements BytesInputCompressor {
    private final CompressionCodecName codecName;
    private final BlockCompressor blocks;
    private final PageBytes source = new PageBytes();
    private byte[] target = new byte[0];

    private PageCompressor(CompressionCodecName codecName, BlockCompressor blocks) {
        this.codecName = codecName;
        this.blocks = blocks;
    }

    static BytesInputCompressor of(Compression compression) {
        return compression == Compression.UNCOMPRESSED
                ? new PassThrough()
                : new PageCompressor(CompressionCodecName.valueOf(compression.name()), blocks(compression));
    }

    private static BlockCompressor blocks(Compression compression) {
        return switch (compression) {
            case UNCOMPRESSED -> throw new IllegalArgumentException("uncompressed pages need no compressor");
            case SNAPPY -> new SnappyBlocks();
            case GZIP -> new GzipBlocks();
            case LZ4_RAW -> new Lz4RawBlocks();
            case ZSTD -> new ZstdBlocks();
        };
    }

    @Override
    public BytesInput compress(BytesInput input) throws IOException {
        source.reset();
        input.writeAllTo(source);
        int lengthBytes = source.size();
        int bound = blocks.maxCompressedBytes(lengthBytes);
        if (target.length < bound) {
            target = new byte[bound];
        }
        return BytesInput.from(target, 0, blocks.compress(source.bytes(), 0, lengthBytes, target));
    }

    @Override
    public CompressionCodecName getCodecName() {
        return codecName;
    }

    @Override
    public void release() {
        blocks.close();
    }

    /** A page before compression, its array not copied once more. */
    private static final class PageBytes extends ByteArrayOutputStream {
        byte[] bytes() {
            return buf;
        }
    }

    /** Leaves pages as they are. */
    private static final class PassThrough implements BytesInputCompressor {
        @Override
        public BytesInput compress(BytesInput input) {
            return input;
        }

        @Override
        public CompressionCodecName getCodecName() {
            return CompressionCodecName.UNCOMPRESSED;
        }

        @Override
        public void release() {}
    }
}
