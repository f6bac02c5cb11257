// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.ParquetOracle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random nested schemas, encodings, codecs, page sizes and patterns of nulls and lengths: Forebay's vectors hold what
 * parquet-java reads, whatever the batch size, the starting row and the number of threads. The property {@code
 * forebay.nested.files} says how many files; a test's name is its seed.
 */
class NestedFilesTest {
    private static final int FILES = Integer.getInteger("forebay.nested.files", 150);
    private static final int ROWS = 200;
    private static final List<Integer> PAGE_ROWS = List.of(1, 3, 20, 64, 1000);
    private static final List<CompressionCodecName> CODECS =
            List.of(CompressionCodecName.UNCOMPRESSED, CompressionCodecName.SNAPPY, CompressionCodecName.ZSTD);

    @TempDir
    Path folder;

    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("256MiB").threads(2).build();
    }

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        forebay.close();
    }

    static LongStream seeds() {
        return LongStream.range(0, FILES);
    }

    @ParameterizedTest(name = "seed {0}")
    @MethodSource("seeds")
    void vectorsHoldWhatParquetJavaReads(long seed) throws IOException {
        SplittableRandom random = new SplittableRandom(seed);
        FileLayout layout = new FileLayout(
                CODECS.get(random.nextInt(CODECS.size())),
                1 + random.nextInt(2),
                PAGE_ROWS.get(random.nextInt(PAGE_ROWS.size())),
                random.nextBoolean() ? ROWS : ROWS * 2 / 5,
                random.nextBoolean());
        Path path = folder.resolve("test.parquet");
        MessageType schema = NestedFiles.write(path, ROWS, layout, seed);
        Map<String, List<Object>> expected = ParquetOracle.read(
                path, schema.getFields().stream().map(Type::getName).toList());
        Dataset one = forebay.dataset(path.toString()).threads(1);
        Dataset two = one.threads(2);

        requireEqual(expected, Columns.read(one, ROWS));
        for (int batchRows : List.of(1, 7, 1000)) {
            requireEqual(expected, Columns.read(two, batchRows));
        }
        requireEqual(expected, Columns.readShards(two, 50, 3));
        requireEqual(expected, Columns.readShards(one, 7, 40));
        requireEqual(expected, Columns.readResumed(one, 11, 1 + random.nextInt(15)));
        // Rows far apart are decoded one by one from wide slices, and picked from narrow ones.
        Dataset some = one.sample(ROWS / 40, seed);
        Columns.read(some, ROWS).requireEqual(Columns.read(some, 1));
    }

    private static void requireEqual(Map<String, List<Object>> expected, Columns columns) {
        assertThat(columns.rows()).isEqualTo(ROWS);
        assertThat(columns.names()).isEqualTo(List.copyOf(expected.keySet()));
        expected.forEach(columns::requireEqual);
    }
}
