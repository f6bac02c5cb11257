// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.Util;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PagedFileTest {

    @TempDir
    Path folder;

    @Test
    void everyPageIsSmallIndexedAndChecked() throws Exception {
        Path file = folder.resolve("paged.parquet");
        new PagedFile(PageCodec.ZSTD).write(file, 8 << 20);
        byte[] bytes = Files.readAllBytes(file);
        ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(file), options)) {
            for (BlockMetaData rowGroup : reader.getRowGroups()) {
                for (ColumnChunkMetaData chunk : rowGroup.getColumns()) {
                    assertNotNull(reader.readColumnIndex(chunk), () -> "column index of " + chunk.getPath());
                    checkPages(bytes, chunk, reader.readOffsetIndex(chunk));
                }
            }
        }
    }

    private static void checkPages(byte[] file, ColumnChunkMetaData chunk, OffsetIndex pages) throws Exception {
        assertTrue(pages.getPageCount() > 1, () -> "pages of " + chunk.getPath() + ": " + pages);
        for (int page = 0; page < pages.getPageCount(); page++) {
            int from = Math.toIntExact(pages.getOffset(page));
            InputStream in = new ByteArrayInputStream(Arrays.copyOfRange(file, from, file.length));
            PageHeader header = Util.readPageHeader(in);
            assertTrue(header.isSetCrc(), () -> "crc of " + chunk.getPath());
            assertTrue(
                    header.getUncompressed_page_size() <= PagedFile.PAGE_BYTES_MAX,
                    () -> "page of " + chunk.getPath() + ": " + header);
        }
    }
}
