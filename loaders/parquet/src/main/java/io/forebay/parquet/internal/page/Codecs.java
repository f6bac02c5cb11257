// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;

/** The codecs that pages may be compressed with. */
public final class Codecs {
    private static final Map<CompressionCodecName, Supplier<Codec>> ALL = Map.of(
            CompressionCodecName.SNAPPY, Codec.SnappyRaw::new,
            CompressionCodecName.ZSTD, Codec.Zstd::new,
            CompressionCodecName.GZIP, Codec.Gzip::new,
            CompressionCodecName.LZ4_RAW, Codec.Lz4Raw::new);

    private Codecs() {}

    /** Fails with an {@code unsupported} error for a codec that is not read. */
    public static void requireReadable(CompressionCodecName name) {
        if (name != CompressionCodecName.UNCOMPRESSED && !ALL.containsKey(name)) {
            throw ForebayException.unsupported(
                    "a codec must be UNCOMPRESSED or one of " + new TreeSet<>(ALL.keySet()) + ": codec=" + name);
        }
    }

    /** A new decompressor, or null for pages that are not compressed. */
    static @Nullable Codec decompressor(CompressionCodecName name) {
        requireReadable(name);
        Supplier<Codec> codec = ALL.get(name);
        return codec == null ? null : codec.get();
    }
}
