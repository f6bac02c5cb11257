// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.Batch;
import io.forebay.parquet.Compression;
import io.forebay.spi.PartFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.ParquetRuntimeException;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.schema.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * Writes batches as one Parquet file, with page index and checksums, through parquet-java's column writers. The stream below
 * stays the caller's. One thread at a time.
 */
final class BatchFileWriter implements PartFormat.Encoder {
    /** Row groups of this size decode in parallel and cost little memory while they are written. */
    private static final int ROW_GROUP_ROWS = 1 << 17;

    private static final int PAGE_BYTES = 1 << 20;
    private static final int PAGE_ROWS = 20_000;

    /** The page store looks at page sizes no sooner than this; its default would pass over the row limit. */
    private static final int ROWS_BEFORE_SIZE_CHECK = 100;

    private final int rowGroupRowsMax;
    private final MessageType message;
    private final ParquetProperties properties;
    private final BytesInputCompressor compressor;
    private final ParquetFileWriter writer;
    private @Nullable ColumnChunkPageWriteStore pages;
    private @Nullable ColumnWriteStore columns;
    private ColumnWriter[] columnWriters = new ColumnWriter[0];
    private int rowGroupRows;
    private boolean closed;

    BatchFileWriter(OutputStream out, Schema schema, Compression compression) throws IOException {
        this(out, schema, compression, ROW_GROUP_ROWS);
    }

    /** A writer of row groups of this many rows. */
    BatchFileWriter(OutputStream out, Schema schema, Compression compression, int rowGroupRowsMax) throws IOException {
        this.rowGroupRowsMax = rowGroupRowsMax;
        this.message = ArrowToParquet.message(schema);
        this.properties = ParquetProperties.builder()
                .withPageSize(PAGE_BYTES)
                .withPageRowCountLimit(PAGE_ROWS)
                .withMinRowCountForPageSizeCheck(ROWS_BEFORE_SIZE_CHECK)
                .withPageWriteChecksumEnabled(true)
                .build();
        this.compressor = PageCompressor.of(compression);
        this.writer = new ParquetFileWriter(
                new StreamOutputFile(out), message, ParquetFileWriter.Mode.CREATE, Long.MAX_VALUE, 0, null, properties);
        writer.start();
    }

    @Override
    public void write(Batch batch) throws IOException {
        try {
            append(batch);
        } catch (ParquetRuntimeException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(e);
        }
    }

    /** Appends the rows of a batch. Row by row on purpose: the store cuts pages of all columns at the same rows. */
    private void append(Batch batch) throws IOException {
        List<CellWriter> cells = new ArrayList<>();
        batch.columns().forEach(vector -> cells.add(CellWriter.of(vector)));
        for (int row = 0; row < batch.rows(); row++) {
            ColumnWriteStore store = rowGroup();
            for (int i = 0; i < cells.size(); i++) {
                cells.get(i).write(columnWriters[i], row);
            }
            store.endRecord();
            if (++rowGroupRows == rowGroupRowsMax) {
                endRowGroup();
            }
        }
    }

    private ColumnWriteStore rowGroup() {
        ColumnWriteStore open = columns;
        if (open == null) {
            ColumnChunkPageWriteStore fresh = new ColumnChunkPageWriteStore(
                    compressor,
                    message,
                    properties.getAllocator(),
                    properties.getColumnIndexTruncateLength(),
                    properties.getPageWriteChecksumEnabled());
            pages = fresh;
            open = properties.newColumnWriteStore(message, fresh, fresh);
            columns = open;
            columnWriters =
                    message.getColumns().stream().map(open::getColumnWriter).toArray(ColumnWriter[]::new);
        }
        return open;
    }

    private void endRowGroup() throws IOException {
        if (columns != null && pages != null) {
            writer.startBlock(rowGroupRows);
            columns.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
            closeRowGroup();
        }
    }

    private void closeRowGroup() {
        if (columns != null) {
            columns.close();
        }
        if (pages != null) {
            pages.close();
        }
        columns = null;
        pages = null;
        rowGroupRows = 0;
    }

    @Override
    public void finish(Map<String, String> notes) throws IOException {
        try {
            endRowGroup();
            writer.end(notes);
        } catch (ParquetRuntimeException | IllegalArgumentException | IllegalStateException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try {
            closeRowGroup();
            writer.abort(); // after end() this changes nothing
            writer.close();
        } finally {
            compressor.release();
        }
    }
}
