// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.apache.parquet.schema.LogicalTypeAnnotation.stringType;
import static org.apache.parquet.schema.LogicalTypeAnnotation.timestampType;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.BINARY;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.DOUBLE;
import static org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName.INT64;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Types;

/**
 * A file of many small pages, as streaming readers like it: pages of at most 1 MiB, page index, CRCs, row groups of
 * about 128 MiB unless told otherwise. Written by parquet-java with none of Hadoop's classes loaded.
 */
final class PagedFile {

    static final MessageType SCHEMA = Types.buildMessage()
            .required(INT64)
            .named("id")
            .required(INT64)
            .named("user_id")
            .required(INT64)
            .as(timestampType(true, TimeUnit.MICROS))
            .named("event_time")
            .required(DOUBLE)
            .named("price")
            .optional(DOUBLE)
            .named("discount")
            .required(BINARY)
            .as(stringType())
            .named("country")
            .optional(BINARY)
            .as(stringType())
            .named("status")
            .required(BINARY)
            .as(stringType())
            .named("note")
            .named("event");

    static final int PAGE_BYTES_MAX = 1 << 20;

    /** A page is closed after the value that crosses the limit was found, so it aims lower. */
    private static final int PAGE_BYTES_TARGET = PAGE_BYTES_MAX * 7 / 8;

    private static final long ROW_GROUP_BYTES_USUAL = 128L << 20;

    /** How often the size is looked at; asking is not free. */
    private static final int ROWS_PER_SIZE_CHECK = 4_096;

    private final PageCodec codec;
    private final ParquetProperties properties = ParquetProperties.builder()
            .withPageSize(PAGE_BYTES_TARGET)
            .withDictionaryPageSize(PAGE_BYTES_MAX)
            .withDictionaryEncoding("id", false)
            .withDictionaryEncoding("note", false)
            .withPageWriteChecksumEnabled(true)
            .build();

    PagedFile(PageCodec codec) {
        this.codec = codec;
    }

    /** Writes equal row groups that make about {@code fileBytes} together; returns the number of rows. */
    long write(Path out, long fileBytes) throws IOException {
        return write(out, fileBytes, ROW_GROUP_BYTES_USUAL);
    }

    /** As above, with row groups of at most about {@code rowGroupBytes}. */
    long write(Path out, long fileBytes, long rowGroupBytes) throws IOException {
        EventRows rows = new EventRows();
        int rowGroupCount = Math.toIntExact((fileBytes + rowGroupBytes - 1) / rowGroupBytes);
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(out),
                SCHEMA,
                ParquetFileWriter.Mode.OVERWRITE,
                rowGroupBytes,
                0,
                null,
                properties)) {
            writer.start();
            for (int rowGroup = 0; rowGroup < rowGroupCount; rowGroup++) {
                writeRowGroup(writer, rows, fileBytes / rowGroupCount);
            }
            writer.end(Map.of());
        }
        return rows.rowCount();
    }

    private void writeRowGroup(ParquetFileWriter writer, EventRows rows, long rowGroupBytes) throws IOException {
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        codec, SCHEMA, properties.getAllocator(), properties.getColumnIndexTruncateLength(), true);
                ColumnWriteStore columns = properties.newColumnWriteStore(SCHEMA, pages, pages)) {
            long before = rows.rowCount();
            while (columns.getBufferedSize() < rowGroupBytes) {
                rows.write(columns, SCHEMA, ROWS_PER_SIZE_CHECK);
            }
            writer.startBlock(rows.rowCount() - before);
            columns.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }
}
