// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.LargePageFile;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.ParquetOracle;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of large plain pages are read from the file when they are wanted, wherever the reading starts, and cost no memory. */
class LargePagesTest {
    private static final int ROWS = 400_000;
    private static final int LISTS = 15_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void valuesAreTheOnesWritten(int pageVersion, boolean checksums) throws IOException {
        Path path = folder.resolve("large.parquet");
        Map<String, List<Object>> expected = LargePageFile.write(path, ROWS, pageVersion, checksums, pageVersion);
        try (Forebay forebay = Forebay.builder().threads(2).build()) {
            Dataset dataset = forebay.dataset(path.toString());
            expected.forEach(Columns.read(dataset, 8192)::requireEqual);
            expected.forEach(Columns.readShards(dataset, 1001, 7)::requireEqual);
            expected.forEach(Columns.readResumed(dataset, 10_000, 13)::requireEqual);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void elementsAreTheOnesWritten(int pageVersion, boolean checksums) throws IOException {
        Path path = folder.resolve("lists.parquet");
        MessageType schema = LargePageFile.writeLists(path, LISTS, pageVersion, checksums, pageVersion);
        Map<String, List<Object>> expected = ParquetOracle.read(
                path, schema.getFields().stream().map(Type::getName).toList());
        try (Forebay forebay = Forebay.builder().memoryLimit("32MiB").threads(2).build()) {
            Dataset dataset = forebay.dataset(path.toString());
            expected.forEach(Columns.read(dataset, 1000)::requireEqual);
            expected.forEach(Columns.readShards(dataset, 101, 7)::requireEqual);
            expected.forEach(Columns.readResumed(dataset, 1000, 2)::requireEqual);
            // Rows far apart are decoded one by one from wide slices, and picked from narrow ones.
            Dataset some = dataset.sample(LISTS / 500, 3);
            Columns.read(some, 1200).requireEqual(Columns.read(some, 7));
        }
    }

    /** Columns without nulls, of every width, in pages of which the last of a row group are small; others beside them. */
    @ParameterizedTest
    @CsvSource({
        "1, false, 2048, false",
        "2, false, 2048, false",
        "1, true, 2048, false",
        "1, false, 65536, false",
        "1, false, 65536, true",
        "2, false, 65536, false",
        "2, false, 65536, true",
        "1, true, 65536, true"
    })
    void shuffledValuesAreTheOnesWritten(int pageVersion, boolean checksums, int memoryKibibytes, boolean mapped)
            throws IOException {
        Path path = folder.resolve("fixed.parquet");
        List<TestColumn> columns = new ArrayList<>();
        for (Kind kind : List.of(Kind.INT32, Kind.INT64, Kind.FLOAT, Kind.DOUBLE, Kind.FIXED)) {
            boolean required = columns.size() % 2 == 0;
            columns.add(new TestColumn(kind.name(), kind, required, Nulls.none(), Encoder.PLAIN, 0));
        }
        columns.add(new TestColumn("nulls", Kind.INT32, false, Nulls.random(0.1), Encoder.PLAIN, 0));
        columns.add(new TestColumn("narrowed", Kind.INT8, false, Nulls.none(), Encoder.PLAIN, 0));
        FileLayout layout = new FileLayout(CompressionCodecName.UNCOMPRESSED, pageVersion, 20_000, 50_000, checksums);
        TestFiles.write(path, columns, 60_000, layout, pageVersion);
        try (Forebay other = Forebay.builder().build();
                Forebay forebay = Forebay.builder()
                        .memoryLimit(memoryKibibytes + "KiB")
                        .threads(2)
                        .mapFiles(mapped)
                        .build()) {
            Columns sequential = Columns.read(other.dataset(path.toString()), 8192);
            Dataset dataset = forebay.dataset(path.toString())
                    .shuffle(Shuffle.seed(3).lanes(10).window(500).tail(Shuffle.Tail.RAGGED))
                    .globalBatch(1000);
            Checkpoint state = ShuffledRows.require(dataset.shard(1, 2), null, 30, sequential);
            ShuffledRows.require(dataset, state, Integer.MAX_VALUE, sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    /** Where the file may be mapped, its values are not read either, but copied from there. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shuffledReadsHoldNoColumnThatCanStayInTheFile(boolean mapped) throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 5);
        CountingStorage storage = new CountingStorage(false, mapped);
        try (Forebay forebay = Forebay.builder()
                .storage(storage)
                .memoryLimit("64MiB")
                .threads(1)
                .build()) {
            Dataset dataset = forebay.dataset(path.toString())
                    .select("all")
                    .shuffle(Shuffle.seed(1).lanes(2).window(64))
                    .globalBatch(512);
            assertThat(dataset.explain().shuffle().peakBytes()).isLessThan(ROWS * Long.BYTES / 4);
            storage.takeBytes();
            try (BatchStream stream = dataset.stream()) {
                stream.forEach(batch -> batch.close());
                assertThat(stream.progress().peakBytes()).isLessThan(ROWS * Long.BYTES / 4);
                assertThat(stream.progress().bytesRead()).isBetween(ROWS * 8L, ROWS * 8L + (16 << 10));
            }
            if (mapped) {
                assertThat(storage.takeBytes()).isLessThan(16 << 10);
            } else {
                assertThat(storage.takeBytes()).isGreaterThanOrEqualTo(ROWS * 8L);
            }
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    @Test
    void aShuffledReadOfARemoteFileAsksForNoByteTwice() throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 6);
        CountingStorage storage = new CountingStorage(true, false);
        try (Forebay forebay = Forebay.builder()
                .storage(storage)
                .memoryLimit("64MiB")
                .threads(2)
                .build()) {
            Dataset dataset = forebay.dataset(path.toString())
                    .shuffle(Shuffle.seed(1).lanes(8).window(64))
                    .globalBatch(512);
            storage.takeBytes();
            try (BatchStream stream = dataset.stream()) {
                stream.forEach(batch -> batch.close());
            }
            assertThat(storage.takeBytes()).isLessThanOrEqualTo(Files.size(path));
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    @Test
    void memoryDoesNotGrowWithThePage() throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 3);
        try (Forebay forebay = Forebay.builder().memoryLimit("16MiB").threads(1).build();
                var stream = forebay.dataset(path.toString()).select("all").stream()) {
            stream.forEach(batch -> batch.close());
            assertThat(stream.progress().rows()).isEqualTo(ROWS);
            assertThat(stream.progress().peakBytes()).isLessThan(ROWS * Long.BYTES / 4);
            assertThat(stream.progress().bytesRead()).isBetween(ROWS * 8L, ROWS * 9L);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aFileCutWithinAPageIsRefused(boolean shuffled) throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 4);
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            Dataset dataset = shuffled
                    ? forebay.dataset(path.toString())
                            .select("all")
                            .shuffle(Shuffle.seed(1).lanes(8).window(64))
                            .globalBatch(512)
                    : forebay.dataset(path.toString()).select("most");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
                    var stream = dataset.stream()) {
                stream.next().close();
                file.setLength(Files.size(path) / 4);
                assertThat(catchThrowable(() -> stream.forEach(batch -> batch.close())))
                        .isInstanceOf(ForebayException.class)
                        .hasMessageContaining("reads must end within the file");
            }
        }
    }
}
