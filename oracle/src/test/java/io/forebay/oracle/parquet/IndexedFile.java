// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.parquet;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;

/**
 * A file whose columns are each found by an index of their own: {@code id} counts the rows, {@code key} has even numbers in no
 * order and a Bloom filter, {@code word} has {@link #WORDS}, and {@code payload} is there to be passed over.
 */
public final class IndexedFile {
    public static final List<String> WORDS = List.of("ant", "bee", "cat", "eel");
    public static final int ROWS = 300_000;
    public static final int ROW_GROUP_ROWS = 100_000;
    public static final int PAGE_ROWS = 2_000;

    private static final MessageType SCHEMA = MessageTypeParser.parseMessageType(
            "message m { required int64 id; required int64 key; optional binary word (STRING); required double payload; }");

    private IndexedFile() {}

    /** Writes the file; {@code key} and {@code word} are the same for the same seed. */
    public static void write(Path path, long seed) throws IOException {
        Random random = new Random(seed);
        List<Object[]> columns = new ArrayList<>();
        columns.add(IntStream.range(0, ROWS).mapToObj(row -> (long) row).toArray());
        columns.add(IntStream.range(0, ROWS)
                .mapToObj(row -> 2L * random.nextInt(1 << 20))
                .toArray());
        columns.add(IntStream.range(0, ROWS)
                .mapToObj(row -> random.nextInt(10) == 0
                        ? null
                        : WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.UTF_8))
                .toArray());
        columns.add(
                IntStream.range(0, ROWS).mapToObj(row -> random.nextDouble()).toArray());
        FileLayout layout = new FileLayout(CompressionCodecName.UNCOMPRESSED, 1, PAGE_ROWS, ROW_GROUP_ROWS, true);
        ParquetProperties properties = ParquetProperties.builder()
                .withPageRowCountLimit(PAGE_ROWS)
                .withDictionaryEncoding(false)
                .withDictionaryEncoding("word", true)
                .withBloomFilterEnabled("key", true)
                .withBloomFilterNDV("key", ROW_GROUP_ROWS)
                .withBloomFilterFPP("key", 1e-6)
                .build();
        FlatFileWriter.write(path, SCHEMA, columns, layout, properties);
    }
}
