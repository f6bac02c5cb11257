// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How a test file is cut and packed.
 *
 * @param codec the codec of every page
 * @param pageVersion 1 or 2
 * @param pageRows the most rows in one page
 * @param rowGroupRows the most rows in one row group
 * @param checksums whether each page carries its checksum
 */
public record FileLayout(
        CompressionCodecName codec, int pageVersion, int pageRows, int rowGroupRows, boolean checksums) {
    private static final int ROWS_BETWEEN_SIZE_CHECKS = 100;

    /** The same choices in Parquet's own terms. */
    ParquetProperties properties(ValuesWriterFactory encodings) {
        return ParquetProperties.builder()
                .withWriterVersion(pageVersion == 1 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withPageRowCountLimit(pageRows)
                // the store's first check comes no sooner than this, whatever the limit
                .withMinRowCountForPageSizeCheck(Math.min(ROWS_BETWEEN_SIZE_CHECKS, pageRows))
                .withPageWriteChecksumEnabled(checksums)
                .withValuesWriterFactory(encodings)
                .build();
    }
}
