// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.PageIndexes;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import io.forebay.parquet.internal.meta.PageHeaderReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.apache.arrow.vector.FieldVector;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Files whose bodies have checksums, and of which one bit of a page is flipped, header or body: what a stream says is valid has the value that was
 * written. One that fails at bad rows sees to it where it goes by the page index.
 */
class DamagedPagesTest {
    private static final int ROWS = 240;
    private static final int PAGE_ROWS = 20;
    private static final int PAGE = 3;

    /** The second of so many readers begins with that page. */
    private static final int WORLD = ROWS / (PAGE * PAGE_ROWS);

    /** Kinds of failures that mean the damage was seen. */
    private static final Set<ForebayException.Kind> SEEN =
            Set.of(ForebayException.Kind.CORRUPT, ForebayException.Kind.UNSUPPORTED, ForebayException.Kind.LIMIT);

    /** In place of the value of a row that is not valid. */
    private static final Object BAD = new Object();

    @TempDir
    Path folder;

    private int flips;
    private int masked;

    @ParameterizedTest
    @CsvSource({"1,true", "1,false", "2,true", "2,false"})
    void noValidRowOfAFlatColumnIsWrong(int version, boolean indexed) throws IOException {
        for (TestColumn column : List.of(
                new TestColumn("a", Kind.INT64, true, Nulls.none(), Encoder.PLAIN, 0),
                new TestColumn("a", Kind.STRING, false, Nulls.random(0.2), Encoder.RLE_DICTIONARY, 20))) {
            Path path = folder.resolve("flat.parquet");
            Files.deleteIfExists(path);
            TestFiles.write(path, List.of(column), ROWS, layout(version), 1);
            requireRight(path, 0, indexed, 1);
        }
        assertThat(masked).isGreaterThan(flips / 2);
    }

    @ParameterizedTest
    @CsvSource({"1,true", "1,false"})
    void noValidRowOfANestedColumnIsWrong(int version, boolean indexed) throws IOException {
        Path path = folder.resolve("nested.parquet");
        NestedFiles.write(path, ROWS, layout(version), 1);
        requireRight(path, columnWithLists(path, 9), indexed, 3);
        assertThat(masked).isGreaterThan(flips / 2);
    }

    /** Without checksums, a repetition level that is wrong makes one row of two or two of one, which shows at the end of the chunk alone. */
    @Test
    void levelsOfOtherRowsEndTheStream() throws IOException {
        Path path = folder.resolve("levels.parquet");
        NestedFiles.write(path, ROWS, new FileLayout(CompressionCodecName.UNCOMPRESSED, 1, PAGE_ROWS, ROWS, false), 1);
        byte[] file = Files.readAllBytes(path);
        String name;
        int body;
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            ColumnChunkMetaData chunk =
                    reader.getFooter().getBlocks().get(0).getColumns().get(columnWithLists(path, 1));
            name = chunk.getPath().toArray()[0];
            int page = (int) reader.readOffsetIndex(chunk).getOffset(PAGE);
            body = page
                    + PageHeaderReader.read(ByteBuffer.wrap(file), page, file.length - page)
                            .lengthBytes();
        }
        PageIndexes.remove(path);
        file = Files.readAllBytes(path);
        int levelBytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(body);
        List<Object> cells = new ArrayList<>();
        int ended = 0;
        try (Forebay forebay = Forebay.builder().memoryLimit("64MiB").threads(1).build()) {
            read(column(forebay, path, name), cells);
            for (int bit = 8 * (body + 4); bit < 8 * (body + 4 + levelBytes); bit++) {
                Files.write(path, flipped(file, bit));
                Dataset masking =
                        column(forebay, path, name).badRows(BadRows.mask().atMostShare(1));
                List<Object> found = new ArrayList<>();
                if (read(masking, found)) {
                    requireRight(found, cells, "bit " + bit);
                } else {
                    ended++;
                }
            }
        }
        assertThat(ended).isGreaterThan(8 * levelBytes / 3);
    }

    private static byte[] flipped(byte[] file, int bit) {
        byte[] damaged = file.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    /** Levels of a compressed page of version 2 are not compressed: a length of theirs that is wrong has it not decompress. */
    private static FileLayout layout(int version) {
        CompressionCodecName codec = version == 1 ? CompressionCodecName.UNCOMPRESSED : CompressionCodecName.SNAPPY;
        return new FileLayout(codec, version, PAGE_ROWS, ROWS, true);
    }

    private static int columnWithLists(Path path, int depthMax) throws IOException {
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            List<ColumnChunkMetaData> chunks =
                    reader.getFooter().getBlocks().get(0).getColumns();
            for (int i = 0; i < chunks.size(); i++) {
                int lists = reader.getFooter()
                        .getFileMetaData()
                        .getSchema()
                        .getColumns()
                        .get(i)
                        .getMaxRepetitionLevel();
                if (lists > 0
                        && lists <= depthMax
                        && reader.readOffsetIndex(chunks.get(i)).getPageCount() > PAGE + 1) {
                    return i;
                }
            }
        }
        throw new AssertionError("no list has so many pages");
    }

    /** Flips bits of a page's header and one of its body, and of the dictionary's header. */
    private void requireRight(Path path, int chunk, boolean indexed, int stride) throws IOException {
        List<Integer> bits = new ArrayList<>();
        String name;
        byte[] file = Files.readAllBytes(path);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            ColumnChunkMetaData found =
                    reader.getFooter().getBlocks().get(0).getColumns().get(chunk);
            name = found.getPath().toArray()[0];
            OffsetIndex pages = reader.readOffsetIndex(found);
            bits.addAll(bitsOfHeader(file, (int) pages.getOffset(PAGE)));
            bits.add(8 * (int) (pages.getOffset(PAGE + 1) - 1));
            if (found.hasDictionaryPage() && found.getStartingPos() < pages.getOffset(0)) {
                bits.addAll(bitsOfHeader(file, (int) found.getStartingPos()));
            }
        }
        if (!indexed) {
            PageIndexes.remove(path);
            file = Files.readAllBytes(path);
        }
        List<Object> cells = new ArrayList<>();
        try (Forebay forebay = Forebay.builder().memoryLimit("64MiB").threads(1).build()) {
            read(column(forebay, path, name), cells);
            assertThat(cells).hasSize(ROWS).doesNotContain(BAD);
            for (int i = 0; i < bits.size(); i += stride) {
                int bit = bits.get(i);
                Files.write(path, flipped(file, bit));
                requireRight(column(forebay, path, name), cells, indexed, "bit " + bit);
            }
        }
    }

    private static List<Integer> bitsOfHeader(byte[] file, int offset) throws IOException {
        int bytes = PageHeaderReader.read(ByteBuffer.wrap(file), offset, file.length - offset)
                .lengthBytes();
        return LongStream.range(8L * offset, 8L * (offset + bytes))
                .mapToInt(Math::toIntExact)
                .boxed()
                .toList();
    }

    private static Dataset column(Forebay forebay, Path path, String name) {
        return forebay.dataset(path.toString()).select(List.of(ColumnPath.ofName(name)));
    }

    private void requireRight(Dataset dataset, List<Object> cells, boolean indexed, String damage) {
        flips++;
        Dataset masking = dataset.badRows(BadRows.mask().atMostShare(1));
        masked += requireRight(masking.batchRows(7), cells, damage) ? 1 : 0;
        List<Object> some = cells.subList(ROWS / WORLD, 2 * ROWS / WORLD);
        requireRight(masking.shard(1, WORLD), some, damage);
        if (indexed) { // it goes to the page by the index
            requireRight(dataset.shard(1, WORLD), some, damage);
        }
    }

    /** Returns whether the stream did not fail. */
    private static boolean requireRight(Dataset dataset, List<Object> cells, String damage) {
        List<Object> found = new ArrayList<>();
        boolean whole = read(dataset, found);
        requireRight(found, cells, damage);
        return whole;
    }

    private static void requireRight(List<Object> found, List<Object> cells, String damage) {
        assertThat(found.size()).isLessThanOrEqualTo(cells.size());
        for (int row = 0; row < found.size(); row++) {
            if (found.get(row) != BAD) {
                assertThat(found.get(row)).as("%s, row %d", damage, row).isEqualTo(cells.get(row));
            }
        }
    }

    /** Adds the rows of a stream, until it ends or fails; returns whether it did not fail. */
    private static boolean read(Dataset dataset, List<Object> cells) {
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    FieldVector column = batch.columns().get(0);
                    for (int row = 0; row < batch.rows(); row++) {
                        cells.add(batch.isValid(row) ? String.valueOf(ArrowValues.of(column, row)) : BAD);
                    }
                }
            }
            return true;
        } catch (ForebayException e) {
            assertThat(e.kind()).as("%s", e).isIn(SEEN);
            return false;
        }
    }
}
