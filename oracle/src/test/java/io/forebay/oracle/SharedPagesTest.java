// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Lanes of a shuffled read that share a row group too large to be held decoded: a page that several of them stand in is read,
 * decompressed and held once, as is the dictionary.
 */
class SharedPagesTest {
    private static final int ROWS = 60_000;
    private static final int LANES = 12;

    /** Pages fit it, and rows decoded do not: each column takes some 1.5 MB then. */
    private static final int MEMORY_MEBIBYTES = 16;

    @TempDir
    Path folder;

    /** One page a chunk, as some writers have it; or several lanes a page; or several pages a lane. */
    @ParameterizedTest
    @CsvSource({
        "SNAPPY, 1, 60000, true",
        "ZSTD, 2, 60000, false",
        "GZIP, 2, 12000, true",
        "LZ4_RAW, 1, 12000, false",
        "ZSTD, 1, 700, true"
    })
    void arePickedAsTheyWereWritten(CompressionCodecName codec, int pageVersion, int pageRows, boolean checksums)
            throws IOException {
        Path path = folder.resolve("shared.parquet");
        TestFiles.write(path, columns(), ROWS, new FileLayout(codec, pageVersion, pageRows, ROWS, checksums), pageRows);
        try (Forebay other = Forebay.builder().build();
                Forebay forebay = forebay()) {
            Columns sequential = Columns.read(other.dataset(path.toString()), 8192);
            Dataset dataset = dataset(forebay, path);
            Checkpoint state = ShuffledRows.require(dataset.shard(1, 2), null, 25, sequential);
            ShuffledRows.require(dataset, state, Integer.MAX_VALUE, sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    /** Numbers that a byte each stands for in the file: their pages fit the memory many times, decoded they do not. */
    @ParameterizedTest
    @ValueSource(ints = {ROWS, 5_000})
    void areReadAndHeldOnce(int pageRows) throws IOException {
        Path path = folder.resolve("shared.parquet");
        List<TestColumn> columns = IntStream.range(0, 20)
                .mapToObj(i -> new TestColumn("i" + i, Kind.INT64, true, Nulls.none(), Encoder.RLE_DICTIONARY, 200))
                .toList();
        FileLayout layout = new FileLayout(CompressionCodecName.SNAPPY, 1, pageRows, ROWS, false);
        TestFiles.write(path, columns, ROWS, layout, 1);
        try (Forebay forebay = Forebay.builder().memoryLimit("8MiB").threads(2).build()) {
            Dataset dataset = dataset(forebay, path);
            long expected = dataset.explain().shuffle().peakBytes();
            assertThat(expected).isLessThan(8 << 20);
            try (BatchStream stream = dataset.stream()) {
                stream.forEach(batch -> batch.close());
                long headers =
                        (long) LANES * columns.size() * 2 * 512; // each lane reads those of a dictionary and a page
                assertThat(stream.progress().bytesRead()).isBetween(Files.size(path) / 2, Files.size(path) + headers);
                assertThat(stream.progress().peakBytes()).isLessThanOrEqualTo(expected);
            }
        }
    }

    @Test
    void ofNestedColumnsToo() throws IOException {
        Path path = folder.resolve("nested.parquet");
        NestedFiles.write(path, 6_000, new FileLayout(CompressionCodecName.ZSTD, 2, 500, 6_000, true), 36);
        assertThat(Files.size(path))
                .as("units of a megabyte are in memory anyway")
                .isGreaterThan(1 << 20);
        long memoryBytes = 5 * Files.size(path);
        try (Forebay other = Forebay.builder().build();
                Forebay forebay = Forebay.builder()
                        .memoryLimit((memoryBytes >> 10) + "KiB")
                        .threads(2)
                        .build()) {
            Columns sequential = Columns.read(other.dataset(path.toString()), 1000);
            Dataset dataset = forebay.dataset(path.toString())
                    .shuffle(Shuffle.seed(3).lanes(4).window(50).tail(Shuffle.Tail.RAGGED))
                    .globalBatch(200);
            ShuffledRows.require(dataset, null, Integer.MAX_VALUE, sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    /** The page that all lanes stand in is damaged: the first batch fails, and tells where; nothing is left. */
    @Test
    void areRefusedWhereOneIsDamaged() throws IOException {
        Path path = folder.resolve("shared.parquet");
        FileLayout layout = new FileLayout(CompressionCodecName.SNAPPY, 1, ROWS, ROWS, true);
        TestFiles.write(path, columns(), ROWS, layout, 2);
        byte[] file = Files.readAllBytes(path);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            var chunk = reader.getFooter().getBlocks().get(0).getColumns().get(3);
            file[(int) (chunk.getStartingPos() + chunk.getTotalSize() - 20)] ^= 4;
        }
        Files.write(path, file);
        try (Forebay forebay = forebay()) {
            ForebayException failure;
            try (BatchStream stream = dataset(forebay, path).stream()) {
                failure = catchThrowableOfType(ForebayException.class, stream::next);
            }
            assertThat(failure.kind()).isEqualTo(ForebayException.Kind.CORRUPT);
            assertThat(failure).hasMessageContaining("a page must match its checksum");
            assertThat(failure.place().column()).isEqualTo("column3");
            assertThat(failure.place().page()).isZero();
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    @Test
    void areGivenBackWhereTheStreamIsClosedEarly() throws IOException {
        Path path = folder.resolve("shared.parquet");
        TestFiles.write(path, columns(), ROWS, new FileLayout(CompressionCodecName.ZSTD, 1, 7_000, ROWS, true), 3);
        try (Forebay forebay = forebay()) {
            for (int batches = 0; batches < 40; batches += 13) {
                try (BatchStream stream = dataset(forebay, path).stream()) {
                    for (int i = 0; i < batches; i++) {
                        stream.next().close();
                    }
                }
                assertThat(forebay.memory().usedBytes()).isZero();
            }
        }
    }

    /** Strings and numbers, most of them with a dictionary, which makes them small in the file. */
    private static List<TestColumn> columns() {
        List<TestColumn> columns = new ArrayList<>();
        List<Kind> kinds = List.of(Kind.STRING, Kind.INT32, Kind.STRING, Kind.DECIMAL_BINARY, Kind.BOOLEAN);
        for (int i = 0; i < 20; i++) {
            Kind kind = kinds.get(i % kinds.size());
            boolean dictionary = kind != Kind.BOOLEAN && i % 7 != 6;
            columns.add(new TestColumn(
                    "column" + i,
                    kind,
                    i % 2 == 0,
                    Nulls.random(0.1),
                    dictionary ? Encoder.RLE_DICTIONARY : Encoder.PLAIN,
                    dictionary ? 200 : 0));
        }
        return columns;
    }

    private static Forebay forebay() {
        return Forebay.builder()
                .memoryLimit(MEMORY_MEBIBYTES + "MiB")
                .threads(2)
                .build();
    }

    private static Dataset dataset(Forebay forebay, Path path) {
        return forebay.dataset(path.toString())
                .shuffle(Shuffle.seed(7).lanes(LANES).window(100).tail(Shuffle.Tail.RAGGED))
                .globalBatch(600);
    }
}
