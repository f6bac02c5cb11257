// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.avro.AvroParquetReader;
import org.apache.parquet.avro.AvroReadSupport;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.conf.ParquetConfiguration;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** parquet-java's own row reader: one Avro generic record per row, without Arrow. */
final class ParquetAvroContender implements ScanContender {

    static final String NAME = "parquet-avro";

    /** Private in {@code AvroReadSupport}; without it a schema stored in the file would undo the projection. */
    private static final String AVRO_READ_SCHEMA = "parquet.avro.read.schema";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public ScanResult scan(ScanRequest request) {
        RecordTouch touch = new RecordTouch();
        read(request.data(), projection(request), touch);
        return touch.result();
    }

    @Override
    public List<ColumnChecksum> checksums(ScanRequest request) {
        MessageType schema = projection(request);
        List<AvroColumn> hashes =
                schema.getFields().stream().map(AvroColumn::of).toList();
        read(request.data(), schema, row -> {
            for (int field = 0; field < hashes.size(); field++) {
                hashes.get(field).add(row.get(field));
            }
        });
        return hashes.stream().map(AvroColumn::checksum).toList();
    }

    private static MessageType projection(ScanRequest request) {
        request.requireUnfiltered(NAME);
        ParquetReadOptions options =
                ParquetReadOptions.builder(new PlainParquetConfiguration()).build();
        try (ParquetFileReader file = ParquetFileReader.open(new LocalInputFile(request.data()), options)) {
            MessageType schema = file.getFileMetaData().getSchema();
            if (request.columns().isEmpty()) {
                return schema;
            }
            List<Type> fields = new ArrayList<>();
            request.columns().forEach(column -> fields.add(schema.getType(column)));
            return new MessageType(schema.getName(), fields);
        } catch (IOException e) {
            throw new ScanFailedException(NAME, request.data(), e);
        }
    }

    private static void read(Path data, MessageType schema, Consumer<GenericRecord> sink) {
        try (ParquetReader<GenericRecord> reader = open(data, schema)) {
            for (GenericRecord row = reader.read(); row != null; row = reader.read()) {
                sink.accept(row);
            }
        } catch (IOException e) {
            throw new ScanFailedException(NAME, data, e);
        }
    }

    /** All columns of a file, which the caller closes. */
    static ParquetReader<GenericRecord> open(Path data) throws IOException {
        return open(data, projection(ScanRequest.all(data)));
    }

    private static ParquetReader<GenericRecord> open(Path data, MessageType schema) throws IOException {
        ParquetConfiguration configuration = new PlainParquetConfiguration();
        configuration.setBoolean("parquet.avro.add-list-element-records", false); // elements, not records of one
        configuration.setBoolean("parquet.avro.write-old-list-structure", false); // the projection has the file's lists
        Schema avro = new AvroSchemaConverter(configuration).convert(schema);
        configuration.set(AvroReadSupport.AVRO_REQUESTED_PROJECTION, avro.toString());
        configuration.set(AVRO_READ_SCHEMA, avro.toString());
        return AvroParquetReader.<GenericRecord>builder(new LocalInputFile(data), configuration)
                .withDataModel(GenericData.get())
                .build();
    }

    /** Looks at every field of every record. */
    private static final class RecordTouch implements Consumer<GenericRecord> {

        private long rowCount;
        private long touched;

        @Override
        public void accept(GenericRecord row) {
            rowCount++;
            for (int field = 0, fieldCount = row.getSchema().getFields().size(); field < fieldCount; field++) {
                touched += touch(row.get(field));
            }
        }

        ScanResult result() {
            return new ScanResult(rowCount, rowCount, touched);
        }

        private static long touch(Object value) {
            if (value instanceof Number number) {
                return number.longValue();
            }
            if (value instanceof Utf8 text) {
                return text.getByteLength();
            }
            return value == null ? 0 : 1;
        }
    }
}
