// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet;

/** A codec of the pages that are written. */
public enum Compression {
    UNCOMPRESSED,
    SNAPPY,
    GZIP,
    LZ4_RAW,
    ZSTD
}
