// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.factory.ValuesWriterFactory;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type.Repetition;

/** Writes flat columns of physical values with parquet-java's column writers. Stateless. */
final class FlatFileWriter {
    private FlatFileWriter() {}

    /**
     * Writes a new file.
     *
     * @param columns for each column its rows: Boolean, Integer, Long, Float, Double, byte[] or null
     */
    static void write(
            Path path, MessageType schema, List<Object[]> columns, FileLayout layout, ValuesWriterFactory encodings)
            throws IOException {
        write(path, schema, columns, layout, layout.properties(encodings));
    }

    /** As above, with these properties instead of the layout's own. */
    static void write(
            Path path, MessageType schema, List<Object[]> columns, FileLayout layout, ParquetProperties properties)
            throws IOException {
        BytesInputCompressor compressor = new PageCodecs().getCompressor(layout.codec());
        try (ParquetFileWriter writer = new ParquetFileWriter(
                new LocalOutputFile(path),
                schema,
                ParquetFileWriter.Mode.CREATE,
                Long.MAX_VALUE,
                0,
                null,
                properties)) {
            writer.start();
            int rowCount = columns.get(0).length;
            for (int from = 0; from < rowCount; from += layout.rowGroupRows()) {
                int to = Math.min(rowCount, from + layout.rowGroupRows());
                writeRowGroup(writer, schema, columns, from, to, properties, compressor);
            }
            writer.end(Map.of());
        }
    }

    private static void writeRowGroup(
            ParquetFileWriter writer,
            MessageType schema,
            List<Object[]> columns,
            int from,
            int to,
            ParquetProperties properties,
            BytesInputCompressor compressor)
            throws IOException {
        try (ColumnChunkPageWriteStore pages = new ColumnChunkPageWriteStore(
                        compressor,
                        schema,
                        properties.getAllocator(),
                        properties.getColumnIndexTruncateLength(),
                        properties.getPageWriteChecksumEnabled());
                ColumnWriteStore store = properties.newColumnWriteStore(schema, pages, pages)) {
            List<ColumnDescriptor> descriptors = schema.getColumns();
            List<ColumnWriter> writers =
                    descriptors.stream().map(store::getColumnWriter).toList();
            for (int row = from; row < to; row++) {
                for (int i = 0; i < writers.size(); i++) {
                    int level = schema.getType(i).isRepetition(Repetition.OPTIONAL) ? 1 : 0;
                    writeCell(writers.get(i), columns.get(i)[row], level);
                }
                store.endRecord(); // cuts pages, of all columns at once
            }
            writer.startBlock(to - from);
            store.flush();
            pages.flushToFileWriter(writer);
            writer.endBlock();
        }
    }

    private static void writeCell(ColumnWriter out, Object value, int level) {
        if (value == null) {
            out.writeNull(0, 0);
        } else if (value instanceof Boolean bit) {
            out.write(bit, 0, level);
        } else if (value instanceof Integer number) {
            out.write(number, 0, level);
        } else if (value instanceof Long number) {
            out.write(number, 0, level);
        } else if (value instanceof Float number) {
            out.write(number, 0, level);
        } else if (value instanceof Double number) {
            out.write(number, 0, level);
        } else {
            out.write(Binary.fromConstantByteArray((byte[]) value), 0, level);
        }
    }
}
