// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Mixture;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.PageIndexes;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.metadata.ParquetMetadata;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Shuffled streams of Parquet files deliver, cell by cell, what a sequential read has at the rows of their order: every type and
 * encoding, nested or not, with page indexes and without, where row groups fit the memory and where lanes read their own pages.
 */
class ShuffledParquetTest {
    private static final int ROWS = 900;
    private static final int FILES = 3;
    private static final int GLOBAL_BATCH = 12;
    private static final int WHOLE = Integer.MAX_VALUE;

    /** Row groups fit their part of it, a third, as a whole. */
    private static final long AMPLE = 128 << 20;

    /** A row group of all flat types does for two lanes, but not the three that they may touch. */
    private static final long TIGHT = 8 << 20;

    /** The open pages of many lanes do not fit either. */
    private static final long TIGHTEST = 1 << 20;

    /** What a nested row takes is estimated as twice what it does in the file: three times that would fit two units as a whole. */
    private static final int TIGHT_PER_FILE_BYTE = 5;

    @TempDir
    Path folder;

    private final Random random = new Random(4);

    @ParameterizedTest
    @CsvSource({AMPLE + ",true", AMPLE + ",false", TIGHT + ",true", TIGHT + ",false"})
    void everyFlatTypeAndEncoding(long memoryBytes, boolean indexed) throws IOException {
        int variant = indexed ? 0 : 1;
        requireShuffledRows(flatFiles(variant, indexed, memoryBytes), memoryBytes, variant);
    }

    /** Many lanes share row groups, of which not even the open pages fit: these are read again for each block. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyFlatTypeOfLanesThatAreTooManyForTheMemory(boolean indexed) throws IOException {
        Path files = flatFiles(indexed ? 2 : 3, indexed, TIGHT);
        try (Forebay other = forebay(AMPLE, 2);
                Forebay forebay = forebay(TIGHTEST, 2)) {
            Columns sequential = Columns.read(other.dataset(files.toString()), ROWS);
            Dataset dataset = forebay.dataset(files.toString())
                    .shuffle(Shuffle.seed(5).lanes(24).window(8).tail(Tail.RAGGED))
                    .globalBatch(GLOBAL_BATCH);
            assertThat(dataset.explain().warnings())
                    .anySatisfy(warning -> assertThat(warning).contains("are read over and over"));
            Checkpoint state = ShuffledRows.require(dataset.shard(1, 2), null, 40, sequential);
            ShuffledRows.require(dataset, state, WHOLE, sequential);
            requireLocallyFilteredRows(Columns.encoded(dataset), sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private Path flatFiles(int variant, boolean indexed, long memoryBytes) throws IOException {
        Path files = Files.createDirectory(folder.resolve("flat"));
        for (int file = 0; file < FILES; file++) {
            Path path = files.resolve(file + ".parquet");
            TestFiles.write(path, flatColumns(variant), ROWS, layout(variant, memoryBytes), file);
            if (!indexed) {
                PageIndexes.remove(path);
            }
        }
        return files;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void listsMapsAndStructs(boolean indexed) throws IOException {
        for (int seed = 0; seed < 4; seed++) {
            requireShuffledRows(nestedFiles(seed, ROWS / 4, indexed), AMPLE, seed);
        }
    }

    /** Of schemas whose rows take in memory about what their size in the file tells, lanes read their own pages. */
    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "12,false", "36,true"})
    void listsMapsAndStructsOfUnitsThatDoNotFit(int seed, boolean indexed) throws IOException {
        Path files = nestedFiles(seed, ROWS, indexed);
        requireShuffledRows(files, TIGHT_PER_FILE_BYTE * 2 * Files.size(files.resolve("0.parquet")), seed);
    }

    private Path nestedFiles(int seed, int rows, boolean indexed) throws IOException {
        Path files = Files.createDirectory(folder.resolve("nested-" + seed));
        Path path = files.resolve("0.parquet");
        NestedFiles.write(path, rows, layout(seed, TIGHT), seed);
        if (!indexed) {
            PageIndexes.remove(path);
        }
        Files.copy(path, files.resolve("1.parquet"));
        return files;
    }

    private static FileLayout layout(int variant, long memoryBytes) {
        CompressionCodecName codec = variant % 2 == 0 ? CompressionCodecName.SNAPPY : CompressionCodecName.UNCOMPRESSED;
        int rowGroupRows = memoryBytes == AMPLE ? 400 : ROWS;
        return new FileLayout(codec, 1 + variant / 2 % 2, variant % 2 == 0 ? 20 : 130, rowGroupRows, true);
    }

    /** A column for each kind, with the encoders that it can have in turn. */
    private static List<TestColumn> flatColumns(int variant) {
        List<TestColumn> columns = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            List<Encoder> encoders = new ArrayList<>(List.of(Encoder.values()));
            encoders.removeIf(encoder -> !encoder.supports(kind.physical()));
            Encoder encoder = encoders.get((columns.size() + variant) % encoders.size());
            boolean required = !kind.isAlwaysNull() && (columns.size() + variant) % 3 == 0;
            Nulls nulls = kind.isAlwaysNull() ? Nulls.all() : variant % 2 == 0 ? Nulls.random(0.2) : Nulls.runs(40);
            columns.add(new TestColumn(kind.name(), kind, required, nulls, encoder, encoder.usesDictionary() ? 20 : 0));
        }
        return columns;
    }

    private void requireShuffledRows(Path files, long memoryBytes, int variant) {
        boolean ample = memoryBytes == AMPLE;
        try (Forebay other = forebay(AMPLE, 2);
                Forebay forebay = forebay(memoryBytes, ample ? 2 : 1)) {
            Columns sequential = Columns.read(other.dataset(files.toString()), ROWS);
            Shuffle shuffle = Shuffle.seed(variant)
                    .lanes(ample ? List.of(4, 12).get(variant % 2) : 2)
                    .window(List.of(5, 16, 300).get(variant % 3))
                    .tail(List.of(Tail.values()).get(variant % 3));
            Dataset dataset = forebay.dataset(files.toString()).shuffle(shuffle).globalBatch(GLOBAL_BATCH);
            ShuffledRows.require(Columns.encoded(dataset).shard(1, 3), null, WHOLE, sequential);
            Checkpoint state = null;
            for (int cut = 0; cut < 5; cut++) {
                int world = List.of(1, 2, 4).get(random.nextInt(3));
                Dataset rank = dataset.shard(random.nextInt(world), world);
                state = ShuffledRows.require(rank, state, 1 + random.nextInt(30), sequential);
            }
            ShuffledRows.require(dataset, state, WHOLE, sequential);
            requireLocallyFilteredRows(Columns.encoded(dataset.shuffle(shuffle.tail(Tail.RAGGED))), sequential);
            requireMixedRows(Columns.encoded(dataset), shuffle, sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private static Forebay forebay(long memoryBytes, int threads) {
        return Forebay.builder()
                .memoryLimit((memoryBytes >> 10) + "KiB")
                .threads(threads)
                .build();
    }

    /** Rows of the same files in two orders, of which one comes twice as often, cut by resumes with other worlds. */
    private void requireMixedRows(Dataset dataset, Shuffle shuffle, Columns sequential) {
        Mixture mixture = Mixture.of(dataset.shuffle(shuffle), 2)
                .and(dataset.shuffle(shuffle.epoch(7)), 1)
                .until(Mixture.Until.ALL_EXHAUSTED)
                .globalBatch(GLOBAL_BATCH);
        Checkpoint state = null;
        for (int cut = 0; cut < 4; cut++) {
            int world = List.of(1, 2, 3).get(random.nextInt(3));
            Mixture rank = mixture.shard(random.nextInt(world), world);
            int steps = cut < 3 ? 1 + random.nextInt(40) : WHOLE;
            StepOrder order = state == null ? rank.order() : rank.order(state);
            try (BatchStream stream = state == null ? rank.stream() : rank.stream(state)) {
                state = ShuffledRows.require(order, stream, steps, sequential);
            }
        }
    }

    /** Those that have a value in some column, of which others have none if there is such a column. */
    private static void requireLocallyFilteredRows(Dataset dataset, Columns sequential) {
        String column = sequential.names().stream()
                .filter(name -> sequential.of(name).contains(null))
                .filter(name -> sequential.of(name).stream().anyMatch(Objects::nonNull))
                .findFirst()
                .orElse(sequential.names().get(0));
        Filter filter = new Filter.Column(ColumnPath.ofName(column)).isNotNull();
        long delivered = 0;
        try (BatchStream stream = dataset.filter(filter).filterLocally(true).stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    long[] rows = batch.rowNumbers();
                    ShuffledRows.require(batch, rows, sequential);
                    assertThat(Arrays.stream(rows)
                                    .mapToObj(row -> sequential.of(column).get((int) row)))
                            .doesNotContainNull();
                    delivered += rows.length;
                }
            }
        }
        assertThat(delivered)
                .isEqualTo(
                        sequential.of(column).stream().filter(Objects::nonNull).count());
    }

    /**
     * Nine tenths of each lane lie before the state: with an index pages before it are not read, without one only their headers, whether row
     * groups are held as a whole or opened again.
     */
    @ParameterizedTest
    @CsvSource({"true, 67108864", "false, 67108864", "true, 7340032", "false, 7340032"})
    void aResumedReadReadsLittleOfWhatWasDelivered(boolean indexed, long memoryBytes) throws IOException {
        Path path = folder.resolve("resumed.parquet");
        List<TestColumn> columns = IntStream.range(0, 3)
                .mapToObj(i -> new TestColumn("i" + i, Kind.INT64, true, Nulls.none(), Encoder.PLAIN, 0))
                .toList();
        int rows =
                800_000; // chunks of more than a megabyte: smaller ones are read at once where units are opened again
        TestFiles.write(path, columns, rows, new FileLayout(CompressionCodecName.SNAPPY, 1, 2_000, rows / 4, true), 6);
        if (!indexed) {
            PageIndexes.remove(path);
        }
        try (Forebay forebay = forebay(memoryBytes, 2)) {
            Dataset dataset = forebay.dataset(path.toString())
                    .shuffle(Shuffle.seed(1).lanes(4).window(500).tail(Tail.RAGGED))
                    .globalBatch(4_000);
            StepOrder order = dataset.order();
            try (BatchStream rest = dataset.stream(order.stateAfter(order.steps() * 9 / 10 - 1))) {
                rest.forEach(Batch::close);
                assertThat(rest.progress().bytesRead()).isBetween(Files.size(path) / 10, Files.size(path) / 4);
            }
        }
    }

    /** Of the unit that is read last one page is damaged: what comes before is delivered, and the message says where it is. */
    @ParameterizedTest
    @ValueSource(longs = {AMPLE, TIGHT})
    void aDamagedPageFailsAfterTheBatchesBeforeIt(long memoryBytes) throws IOException {
        Path files = Files.createDirectory(folder.resolve("damaged"));
        List<TestColumn> columns = new ArrayList<>();
        columns.add(new TestColumn("id", Kind.INT64, true, Nulls.none(), Encoder.PLAIN, 0));
        for (int i = 0; i < 10; i++) {
            columns.add(new TestColumn("text" + i, Kind.STRING, false, Nulls.random(0.1), Encoder.PLAIN, 0));
        }
        FileLayout layout = new FileLayout(CompressionCodecName.UNCOMPRESSED, 1, 150, 750, true);
        for (int file = 0; file < FILES; file++) {
            TestFiles.write(files.resolve(file + ".parquet"), columns, 1_500, layout, file);
        }
        try (Forebay other = forebay(AMPLE, 2);
                Forebay forebay = forebay(memoryBytes, 2)) {
            Shuffle shuffle = Shuffle.seed(2).lanes(1).window(100);
            Dataset dataset = forebay.dataset(files.toString()).shuffle(shuffle).globalBatch(100);
            StepOrder order = dataset.order();
            Columns sequential = Columns.read(other.dataset(files.toString()), 1000);
            int lastUnit = (int) (order.rows(order.steps() - 1)[0] / 750);
            damage(files.resolve(lastUnit / 2 + ".parquet"), lastUnit % 2);

            int delivered = 0;
            ForebayException failure = null;
            try (BatchStream stream = forebay.dataset(files.toString()).shuffle(shuffle).globalBatch(100).stream()) {
                while (failure == null) {
                    int step = delivered;
                    failure = catchThrowableOfType(ForebayException.class, () -> {
                        try (Batch batch = stream.next()) {
                            ShuffledRows.require(batch, order.rows(step), sequential);
                        }
                    });
                    delivered += failure == null ? 1 : 0;
                }
                assertThat(stream.checkpoint().nextRow()).isEqualTo(100L * delivered);
            }
            assertThat(failure.kind()).isEqualTo(ForebayException.Kind.CORRUPT);
            assertThat(failure.place().uri()).endsWith(lastUnit / 2 + ".parquet");
            assertThat(failure.place().unit()).isEqualTo(lastUnit % 2);
            assertThat(failure.place().column()).isEqualTo("text3");
            assertThat(failure.place().page()).isEqualTo(4);
            // Five units are whole; a block, of which nothing is delivered, takes a quarter of the memory.
            assertThat(delivered).as("batches before the damage").isBetween(memoryBytes == AMPLE ? 0 : 27, 43);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    /** Flips a bit near the end of a column chunk, in its last page. */
    private static void damage(Path path, int rowGroup) throws IOException {
        byte[] file = Files.readAllBytes(path);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            ParquetMetadata footer = reader.getFooter();
            var chunk = footer.getBlocks().get(rowGroup).getColumns().get(4);
            assertThat(chunk.getPath().toDotString()).isEqualTo("text3");
            file[(int) (chunk.getStartingPos() + chunk.getTotalSize() - 20)] ^= 4;
        }
        Files.write(path, file);
    }
}
