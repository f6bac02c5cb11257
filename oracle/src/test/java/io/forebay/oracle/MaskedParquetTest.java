// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.DamagedRowsException;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.StepOrder;
import io.forebay.internal.local.LocalStorage;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.PageIndexes;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import io.forebay.parquet.ParquetFormat;
import io.forebay.spi.DataFile;
import io.forebay.spi.UnitReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Streams of damaged Parquet files that mask bad rows: a row is masked if, and only if, one of its columns cannot be read by a reader that
 * was just opened and reads this row alone, and every other row has the values that such readers get. So whatever the order, the world,
 * the threads, the batches and the memory, and after resumes.
 */
class MaskedParquetTest {
    /** Files for each way; the property {@code forebay.masked} sets another number. */
    private static final int SEEDS = Integer.getInteger("forebay.masked", 4);

    private static final int ROWS = 240;
    private static final int ROW_GROUP_ROWS = 150;
    private static final int COLUMNS = 6;
    private static final int GLOBAL_BATCH = 12;
    private static final long AMPLE = 64 << 20;

    /** What a shuffled read is told to make do with when its units shall not stay as a whole. */
    private static final long TIGHT = 3 << 20;

    /** In place of the value of a cell that cannot be read. */
    private record Bad(ForebayException failure) {}

    @TempDir
    Path folder;

    /** Damage that streams cannot go on behind, and damage that they can. */
    private int limits;

    private int masked;
    private int parts;

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void flatColumns(boolean indexed, boolean checksums) throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path path = folder.resolve("flat-" + seed + ".parquet");
            SplittableRandom random = new SplittableRandom(seed);
            TestFiles.write(path, flatColumns(random), ROWS, layout(seed, checksums), seed);
            requireMasked(path, indexed, random);
        }
        assertThat(masked).isGreaterThan(2 * limits);
        assertThat(parts).isGreaterThan(masked / 2);
    }

    @ParameterizedTest
    @CsvSource({"true,true", "true,false", "false,true", "false,false"})
    void listsMapsAndStructs(boolean indexed, boolean checksums) throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path path = folder.resolve("nested-" + seed + ".parquet");
            NestedFiles.write(path, ROWS, layout(seed, checksums), seed);
            requireMasked(path, indexed, new SplittableRandom(seed));
        }
        assertThat(masked).isGreaterThan(2 * limits);
        assertThat(parts).isGreaterThan(masked / 2);
    }

    /** With a page index, a page costs its own rows, whatever of it is damaged; without one, a header costs all rows of its chunk. */
    @ParameterizedTest
    @CsvSource({"true", "false"})
    void aPageCostsItsRows(boolean indexed) throws IOException {
        for (boolean nested : List.of(true, false)) {
            for (Part part : List.of(Part.BODY, Part.HEADER, Part.DICTIONARY)) {
                requireMaskedRows(indexed, nested, part);
            }
        }
    }

    /** Pages are found by their headers then, by all readers. */
    @Test
    void aDamagedPageIndexCostsNoRow() throws IOException {
        requireMaskedRows(true, false, Part.INDEX);
        requireMaskedRows(true, true, Part.INDEX);
    }

    private enum Part {
        BODY,
        HEADER,
        DICTIONARY,
        INDEX
    }

    /** Damages part of the fourth page of the first column, which is flat or has lists. */
    private void requireMaskedRows(boolean indexed, boolean nested, Part part) throws IOException {
        Path path = fileWithDictionary(nested);
        byte[] file = Files.readAllBytes(path);
        long first = 0;
        long end = ROW_GROUP_ROWS;
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            ColumnChunkMetaData chunk = firstChunk(reader);
            OffsetIndex pages = reader.readOffsetIndex(chunk);
            int index = (int) chunk.getOffsetIndexReference().getOffset();
            switch (part) {
                case BODY -> file[(int) pages.getOffset(4) - 1] ^= 1;
                case HEADER -> Arrays.fill(file, (int) pages.getOffset(3), (int) pages.getOffset(3) + 8, (byte) 0xff);
                case DICTIONARY -> file[(int) chunk.getFirstDataPageOffset() - 1] ^= 1;
                case INDEX -> Arrays.fill(file, index, index + 5, (byte) 0xff);
            }
            if (part == Part.INDEX) {
                end = 0;
            } else if (part != Part.DICTIONARY) {
                first = pages.getFirstRowIndex(3)
                        - (nested && !indexed ? 1 : 0); // where a list ends, the next page tells
                first = part == Part.HEADER && !indexed ? 0 : first;
                end = indexed || (part == Part.BODY && !nested) ? pages.getFirstRowIndex(4) : end;
            }
        }
        Files.write(path, file);
        if (!indexed) {
            PageIndexes.remove(path);
        }
        try (Forebay forebay = forebay(AMPLE, 2)) {
            Dataset dataset = masking(forebay.dataset(path.toString()));
            for (int world : List.of(1, 5)) {
                List<Long> bad = new ArrayList<>();
                for (int rank = 0; rank < world; rank++) {
                    try (BatchStream stream = dataset.shard(rank, world).stream()) {
                        stream.forEach(batch -> {
                            try (batch) {
                                Arrays.stream(batch.invalidRows()).forEach(row -> bad.add(batch.firstRow() + row));
                            }
                        });
                    }
                }
                assertThat(bad)
                        .as("%s, indexed %s, nested %s", part, indexed, nested)
                        .isEqualTo(LongStream.range(first, end).boxed().toList());
            }
        }
    }

    private static ColumnChunkMetaData firstChunk(ParquetFileReader reader) {
        return reader.getFooter().getBlocks().get(0).getColumns().get(0);
    }

    /** A file whose first column has a dictionary and five pages or more. */
    private Path fileWithDictionary(boolean nested) throws IOException {
        FileLayout layout = new FileLayout(CompressionCodecName.UNCOMPRESSED, 1, 20, ROW_GROUP_ROWS, true);
        for (int seed = 0; ; seed++) {
            Path path = folder.resolve("page.parquet");
            Files.deleteIfExists(path);
            if (nested) {
                NestedFiles.write(path, ROWS, layout, seed);
            } else {
                TestColumn column = new TestColumn("a", Kind.STRING, true, Nulls.none(), Encoder.RLE_DICTIONARY, 20);
                TestFiles.write(path, List.of(column), ROWS, layout, seed);
            }
            try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
                ColumnChunkMetaData chunk = firstChunk(reader);
                boolean lists = reader.getFooter()
                                .getFileMetaData()
                                .getSchema()
                                .getColumns()
                                .get(0)
                                .getMaxRepetitionLevel()
                        > 0;
                if (lists == nested
                        && chunk.hasDictionaryPage()
                        && reader.readOffsetIndex(chunk).getPageCount() > 5
                        && reader.readOffsetIndex(chunk).getOffset(0) > chunk.getStartingPos()) {
                    return path;
                }
            }
        }
    }

    private static FileLayout layout(int seed, boolean checksums) {
        CompressionCodecName codec = seed % 3 == 0 ? CompressionCodecName.SNAPPY : CompressionCodecName.UNCOMPRESSED;
        return new FileLayout(codec, 1 + seed / 2 % 2, 20 + 15 * (seed % 3), ROW_GROUP_ROWS, checksums);
    }

    private static List<TestColumn> flatColumns(SplittableRandom random) {
        List<TestColumn> columns = new ArrayList<>();
        while (columns.size() < COLUMNS) {
            Kind kind = List.of(Kind.values()).get(random.nextInt(Kind.values().length));
            Encoder encoder = List.of(Encoder.values()).get(random.nextInt(Encoder.values().length));
            if (encoder.supports(kind.physical()) && !kind.isAlwaysNull()) {
                boolean required = random.nextBoolean();
                columns.add(new TestColumn(
                        kind + "-" + columns.size(),
                        kind,
                        required,
                        Nulls.random(0.2),
                        encoder,
                        encoder.usesDictionary() ? 20 : 0));
            }
        }
        return columns;
    }

    private void requireMasked(Path path, boolean indexed, SplittableRandom random) throws IOException {
        if (!indexed) {
            PageIndexes.remove(path);
        }
        damage(path, random);
        try (Forebay ample = forebay(AMPLE, 2)) {
            List<List<Object>> cells = cellsReadAlone(ample, path);
            Dataset dataset = masking(ample.dataset(path.toString()));
            try {
                requireSequential(dataset.threads(1).batchRows(1000), cells, 1);
            } catch (ForebayException e) {
                boolean isOfLevels =
                        e instanceof DamagedRowsException some && some.rows().rows() == 0;
                assertThat(e.kind() == ForebayException.Kind.LIMIT || isOfLevels)
                        .as("%s", e)
                        .isTrue();
                limits++;
                return;
            }
            masked++;
            requireSequential(Columns.encoded(dataset).batchRows(7), cells, 1);
            requireSequential(dataset.batchRows(33), cells, 2);
            requireSequential(dataset.batchRows(50), cells, 4);
            requireResumed(dataset.batchRows(20), cells, random);
            requireShuffled(Columns.encoded(dataset), cells, random);
            try (Forebay tight = forebay(TIGHT, 1)) {
                requireShuffled(masking(tight.dataset(path.toString())), cells, random);
                parts++;
            } catch (ForebayException e) {
                assertThat(e.kind()).as("%s", e).isEqualTo(ForebayException.Kind.LIMIT);
            }
            assertThat(ample.memory().usedBytes()).isZero();
        }
    }

    private static Dataset masking(Dataset dataset) {
        return dataset.badRows(BadRows.mask().atMostShare(1));
    }

    /** Flips bits of one to four column chunks, headers and dictionaries among them, or of a page index. */
    private static void damage(Path path, SplittableRandom random) throws IOException {
        byte[] file = Files.readAllBytes(path);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            List<BlockMetaData> groups = reader.getFooter().getBlocks();
            for (int hits = 1 + random.nextInt(4); hits > 0; hits--) {
                List<ColumnChunkMetaData> chunks =
                        groups.get(random.nextInt(groups.size())).getColumns();
                ColumnChunkMetaData chunk = chunks.get(random.nextInt(chunks.size()));
                long at = chunk.getStartingPos() + random.nextLong(chunk.getTotalSize());
                if (chunk.getOffsetIndexReference() != null && random.nextInt(12) == 0) {
                    at = chunk.getOffsetIndexReference().getOffset()
                            + random.nextInt(chunk.getOffsetIndexReference().getLength());
                }
                file[(int) at] ^= (byte) (1 << random.nextInt(8));
            }
        }
        Files.write(path, file);
    }

    /** Of each column its rows: a value, or {@link Bad}. */
    private static List<List<Object>> cellsReadAlone(Forebay forebay, Path path) {
        List<List<Object>> cells = new ArrayList<>();
        try (LocalStorage storage = new LocalStorage();
                BufferAllocator allocator = forebay.newAllocator("alone")) {
            DataFile file = new ParquetFormat()
                    .open(storage, storage.list(path.toString()).get(0), allocator);
            for (Field field : file.schema().getFields()) {
                List<Object> column = new ArrayList<>();
                for (int unit = 0; unit < file.units().size(); unit++) {
                    for (int row = 0; row < file.units().get(unit).rows(); row++) {
                        column.add(cellReadAlone(file, unit, field, row, allocator));
                    }
                }
                cells.add(column);
            }
        }
        return cells;
    }

    private static Object cellReadAlone(DataFile file, int unit, Field field, int row, BufferAllocator allocator) {
        try (UnitReader reader = file.openChecked(unit, List.of(field), allocator)) {
            reader.skip(0, row);
            try (FieldVector one = reader.read(0, 1)[0]) {
                return value(one, 0);
            }
        } catch (ForebayException e) {
            return new Bad(e);
        }
    }

    private static void requireSequential(Dataset dataset, List<List<Object>> cells, int world) {
        long row = 0;
        long bad = 0;
        for (int rank = 0; rank < world; rank++) {
            try (BatchStream stream = dataset.shard(rank, world).stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        assertThat(batch.firstRow()).isEqualTo(row);
                        bad += requireRows(batch, batch.rowNumbers(), cells);
                        row = batch.nextRow();
                    }
                }
                assertThat(stream.progress().badRows()).isLessThanOrEqualTo(bad);
                bad -= stream.progress().badRows();
            }
        }
        assertThat(bad).isZero();
        assertThat(row).isEqualTo(ROWS);
    }

    private static void requireResumed(Dataset dataset, List<List<Object>> cells, SplittableRandom random) {
        Checkpoint state;
        try (BatchStream stream = dataset.stream()) {
            for (int batches = random.nextInt(5); batches > 0; batches--) {
                Objects.requireNonNull(stream.next()).close();
            }
            state = Checkpoint.fromJson(stream.checkpoint().toJson());
        }
        try (BatchStream rest = dataset.stream(state)) {
            for (Batch batch : rest) {
                try (batch) {
                    requireRows(batch, batch.rowNumbers(), cells);
                }
            }
        }
    }

    private static void requireShuffled(Dataset dataset, List<List<Object>> cells, SplittableRandom random) {
        Shuffle shuffle = Shuffle.seed(random.nextInt(100))
                .lanes(List.of(2, 4).get(random.nextInt(2)))
                .window(List.of(5, 16, 300).get(random.nextInt(3)))
                .tail(List.of(Tail.values()).get(random.nextInt(3)));
        Dataset shuffled = dataset.shuffle(shuffle).globalBatch(GLOBAL_BATCH);
        requireSteps(shuffled, null, Integer.MAX_VALUE, cells);
        Checkpoint state = null;
        for (int world : List.of(1, 2, 4)) {
            Checkpoint reached = state;
            int steps = random.nextInt(6);
            for (int rank = 0; rank < world; rank++) {
                state = requireSteps(shuffled.shard(rank, world), reached, steps, cells);
            }
        }
        requireSteps(shuffled, state, Integer.MAX_VALUE, cells);
    }

    private static Checkpoint requireSteps(Dataset dataset, Checkpoint from, int steps, List<List<Object>> cells) {
        StepOrder order = from == null ? dataset.order() : dataset.order(from);
        long bad = 0;
        try (BatchStream stream = from == null ? dataset.stream() : dataset.stream(from)) {
            for (long step = 0; step < Math.min(steps, order.steps()); step++) {
                try (Batch batch = Objects.requireNonNull(stream.next())) {
                    bad += requireRows(batch, order.rows(step), cells);
                }
            }
            assertThat(stream.progress().badRows()).isEqualTo(bad);
            return Checkpoint.fromJson(stream.checkpoint().toJson());
        }
    }

    /** Compares a batch with what readers get of each row alone; returns how many are bad. */
    private static int requireRows(Batch batch, long[] rows, List<List<Object>> cells) {
        int badCount = 0;
        assertThat(batch.rows()).isEqualTo(rows.length);
        for (int i = 0; i < rows.length; i++) {
            int row = (int) rows[i];
            boolean padding = rows[i] == StepOrder.PADDING;
            Object bad = padding
                    ? null
                    : cells.stream()
                            .map(column -> column.get(row))
                            .filter(Bad.class::isInstance)
                            .findFirst()
                            .orElse(null);
            boolean good = !padding && bad == null;
            assertThat(batch.isValid(i)).as("row %d is valid: %s", row, bad).isEqualTo(good);
            badCount += good || padding ? 0 : 1;
            for (int column = 0; good && column < cells.size(); column++) {
                FieldVector vector = batch.columns().get(column);
                Object value = value(vector, i);
                Object wanted = cells.get(column).get(row);
                if (!Objects.equals(value, wanted)) {
                    assertThat(value).as("%s, row %d", vector.getName(), row).isEqualTo(wanted);
                }
            }
        }
        batch.columns().forEach(MaskedParquetTest::requireWellFormed);
        return badCount;
    }

    /** Placeholders too can be looked at. */
    private static void requireWellFormed(FieldVector vector) {
        for (int row = 0; row < vector.getValueCount(); row++) {
            Object value = value(vector, row);
            if (!vector.getField().isNullable()) {
                assertThat(value).as("%s, row %d", vector.getName(), row).isNotNull();
            }
        }
    }

    /** A value, or what is wrong with one that damage has put out of the range of its type. */
    private static Object value(FieldVector vector, int row) {
        try {
            return ArrowValues.of(vector, row);
        } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
            return e.toString();
        }
    }

    private static Forebay forebay(long memoryBytes, int threads) {
        return Forebay.builder()
                .memoryLimit((memoryBytes >> 10) + "KiB")
                .threads(threads)
                .build();
    }
}
