// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/** The codecs that pages may be compressed with. */
public final class Codecs {
    private static final Set<CompressionCodecName> READABLE =
            EnumSet.complementOf(EnumSet.of(CompressionCodecName.LZO));

    private Codecs() {}

    /** Fails with an {@code unsupported} error for a codec that is not read, or whose library is absent. */
    public static void requireReadable(CompressionCodecName name) {
        if (!READABLE.contains(name)) {
            throw ForebayException.unsupported("a codec must be one of " + READABLE + ": codec=" + name);
        }
        if (name == CompressionCodecName.BROTLI) {
            requireBrotli();
        }
    }

    private static void requireBrotli() {
        try {
            Brotli.library();
        } catch (NoClassDefFoundError e) {
            throw new ForebayException(
                    ForebayException.Kind.UNSUPPORTED,
                    "pages compressed with BROTLI need a library on the class path: add=org.brotli:dec:0.1.2",
                    e);
        }
    }

    /** A new decompressor, or null for pages that are not compressed. */
    static @Nullable Codec decompressor(CompressionCodecName name) {
        requireReadable(name);
        return switch (name) {
            case SNAPPY -> new Codec.SnappyRaw();
            case ZSTD -> new Codec.Zstd();
            case GZIP -> new Codec.Gzip();
            case LZ4_RAW -> new Codec.Lz4Raw();
            case LZ4 -> new HadoopLz4();
            case BROTLI -> new Brotli();
            case UNCOMPRESSED, LZO -> null;
        };
    }
}
