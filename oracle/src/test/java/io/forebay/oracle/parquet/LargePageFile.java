// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.ParquetProperties.WriterVersion;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/** A file of one page a column, plain, uncompressed and without checksums, as some writers make all their files. */
public final class LargePageFile {
    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType(
            "message m { required int64 all; optional double half; optional int32 some; optional float most; }");

    private static final MessageType LISTS = MessageTypeParser.parseMessageType("message m {"
            + " optional group some (LIST) { repeated group list { optional double element; } }"
            + " required group full (LIST) { repeated group list { required float element; } }"
            + " optional group pair { optional int64 left; required double right; } }");

    private LargePageFile() {}

    /** Writes the file and returns the rows of each column; {@code half} has levels that take more room than any other's. */
    public static Map<String, List<Object>> write(Path path, int rows, int pageVersion, boolean checksums, long seed)
            throws IOException {
        Random random = new Random(seed);
        List<Object[]> columns = new ArrayList<>();
        columns.add(IntStream.range(0, rows).mapToObj(row -> random.nextLong()).toArray());
        columns.add(IntStream.range(0, rows)
                .mapToObj(row -> random.nextBoolean() ? random.nextDouble() : null)
                .toArray());
        columns.add(IntStream.range(0, rows)
                .mapToObj(row -> row < rows / 20 && random.nextInt(10) == 0 ? null : random.nextInt())
                .toArray());
        columns.add(IntStream.range(0, rows)
                .mapToObj(row -> row / 1000 % 50 == 0 ? null : random.nextFloat())
                .toArray());
        ParquetProperties properties = ParquetProperties.builder()
                .withWriterVersion(pageVersion == 1 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withValuesWriterFactory(new ForcedEncodings(Map.of(
                        "all", Encoder.PLAIN, "half", Encoder.PLAIN, "some", Encoder.PLAIN, "most", Encoder.PLAIN)))
                .withPageSize(64 << 20)
                .withPageRowCountLimit(rows)
                .withPageWriteChecksumEnabled(checksums)
                .build();
        FileLayout layout = new FileLayout(CompressionCodecName.UNCOMPRESSED, pageVersion, rows, rows, checksums);
        FlatFileWriter.write(path, SCHEMA, columns, layout, properties);
        Map<String, List<Object>> values = new LinkedHashMap<>();
        for (int i = 0; i < columns.size(); i++) {
            values.put(
                    SCHEMA.getFieldName(i),
                    Arrays.stream(columns.get(i))
                            .map(value -> value instanceof Integer number ? (Object) number.longValue() : value)
                            .toList());
        }
        return values;
    }

    /**
     * Writes a file of lists, of which the levels take more room than any other page's, and returns its schema; elements of
     * {@code full} are all there, and {@code pair} is none.
     */
    public static MessageType writeLists(Path path, int rows, int pageVersion, boolean checksums, long seed)
            throws IOException {
        Random random = new Random(seed);
        try (ParquetWriter<Group> writer = ExampleParquetWriter.builder(new LocalOutputFile(path))
                .withType(LISTS)
                .withWriterVersion(pageVersion == 1 ? WriterVersion.PARQUET_1_0 : WriterVersion.PARQUET_2_0)
                .withDictionaryEncoding(false)
                .withPageSize(64 << 20)
                .withPageRowCountLimit(rows / 3)
                .withPageWriteChecksumEnabled(checksums)
                .build()) {
            for (int row = 0; row < rows; row++) {
                Group group = new SimpleGroup(LISTS);
                if (random.nextInt(10) > 0) {
                    Group list = group.addGroup("some");
                    for (int i = random.nextInt(200); i > 0; i--) {
                        Group element = list.addGroup("list");
                        if (random.nextInt(3) > 0) {
                            element.add("element", random.nextDouble());
                        }
                    }
                }
                Group full = group.addGroup("full");
                for (int i = 0; i < 100; i++) {
                    full.addGroup("list").add("element", random.nextFloat());
                }
                if (random.nextInt(10) > 0) {
                    Group pair = group.addGroup("pair");
                    if (random.nextBoolean()) {
                        pair.add("left", random.nextLong());
                    }
                    pair.add("right", random.nextDouble());
                }
                writer.write(group);
            }
        }
        return LISTS;
    }
}
