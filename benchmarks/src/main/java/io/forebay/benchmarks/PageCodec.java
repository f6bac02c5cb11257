// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.xerial.snappy.Snappy;

/** Compresses Parquet pages without Hadoop's codec classes. */
enum PageCodec implements BytesInputCompressor {
    ZSTD(CompressionCodecName.ZSTD) {
        @Override
        byte[] compress(byte[] page) {
            return Zstd.compress(page, ZSTD_LEVEL);
        }
    },
    SNAPPY(CompressionCodecName.SNAPPY) {
        @Override
        byte[] compress(byte[] page) throws IOException {
            return Snappy.compress(page);
        }
    };

    /** The default of parquet-java and DuckDB. */
    private static final int ZSTD_LEVEL = 3;

    private final CompressionCodecName codecName;

    PageCodec(CompressionCodecName codecName) {
        this.codecName = codecName;
    }

    static PageCodec named(String name) {
        for (PageCodec codec : values()) {
            if (codec.name().equalsIgnoreCase(name)) {
                return codec;
            }
        }
        throw new IllegalArgumentException("codec must be zstd or snappy: codec=" + name);
    }

    abstract byte[] compress(byte[] page) throws IOException;

    @Override
    public BytesInput compress(BytesInput page) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        page.writeAllTo(bytes);
        return BytesInput.from(compress(bytes.toByteArray()));
    }

    @Override
    public CompressionCodecName getCodecName() {
        return codecName;
    }

    @Override
    public void release() {
        // Nothing is held between pages.
    }
}
