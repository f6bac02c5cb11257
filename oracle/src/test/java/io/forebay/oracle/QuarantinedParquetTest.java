// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.PageIndexes;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bad rows of a damaged Parquet file are written down, whoever reads it and in whatever order. */
class QuarantinedParquetTest {
    @TempDir
    Path folder;

    /** Two readers of a shuffled order, both of which have bad rows, stopped and resumed; and the next epoch, in which others have them. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void badRowsOfAShuffledReadAreWrittenDownOnceInAFile(boolean indexed) throws IOException {
        Path path = folder.resolve("damaged.parquet");
        TestColumn column = new TestColumn("a", Kind.STRING, true, Nulls.none(), Encoder.PLAIN, 0);
        TestFiles.write(path, List.of(column), 240, new FileLayout(CompressionCodecName.SNAPPY, 1, 20, 150, true), 1);
        List<Long> bad = damageFourthPage(path);
        if (!indexed) {
            PageIndexes.remove(path);
        }
        List<Path> files = List.of(folder.resolve("bad-0.jsonl"), folder.resolve("bad-1.jsonl"));
        try (Forebay forebay = Forebay.builder().threads(2).build()) {
            for (int epoch = 0; epoch < 2; epoch++) {
                for (int rank = 0; rank < files.size(); rank++) {
                    Dataset dataset = forebay.dataset(path.toString())
                            .badRows(BadRows.quarantine(files.get(rank)).atMost(bad.size()))
                            .shuffle(Shuffle.seed(3)
                                    .epoch(epoch)
                                    .lanes(16)
                                    .window(9)
                                    .tail(Tail.RAGGED))
                            .globalBatch(12)
                            .shard(rank, files.size());
                    deliver(dataset, deliver(dataset, null, 8), Integer.MAX_VALUE);
                    List<Long> rows = quarantined(files.get(rank), path);
                    assertThat(rows).isNotEmpty().doesNotHaveDuplicates();
                }
                List<Long> rows = new ArrayList<>(quarantined(files.get(0), path));
                rows.addAll(quarantined(files.get(1), path));
                assertThat(rows.stream().distinct()).containsExactlyInAnyOrderElementsOf(bad);
                if (epoch == 0) {
                    assertThat(rows).hasSameSizeAs(bad);
                }
            }
        }
    }

    /** The rows that a file has a line for. */
    private static List<Long> quarantined(Path file, Path data) throws IOException {
        return Files.readAllLines(file).stream()
                .map(line -> {
                    assertThat(line)
                            .startsWith("{\"uri\":\"" + data + "\",\"unit\":0,\"row\":")
                            .contains(",\"column\":\"a\",\"error\":\"");
                    return Long.valueOf(line.replaceAll(".*\"row\":(\\d+),.*", "$1"));
                })
                .toList();
    }

    private static Checkpoint deliver(Dataset dataset, Checkpoint from, int batches) {
        try (BatchStream stream = from == null ? dataset.stream() : dataset.stream(from)) {
            Batch batch = stream.next();
            for (int delivered = 1; batch != null; delivered++) {
                batch.close();
                batch = delivered < batches ? stream.next() : null;
            }
            return stream.checkpoint();
        }
    }

    /** Damages a page, and answers the rows that it holds. */
    private static List<Long> damageFourthPage(Path path) throws IOException {
        byte[] file = Files.readAllBytes(path);
        try (ParquetFileReader reader = ParquetFileReader.open(new LocalInputFile(path))) {
            OffsetIndex pages = reader.readOffsetIndex(
                    reader.getFooter().getBlocks().get(0).getColumns().get(0));
            file[(int) pages.getOffset(4) - 1] ^= 1;
            Files.write(path, file);
            return LongStream.range(pages.getFirstRowIndex(3), pages.getFirstRowIndex(4))
                    .boxed()
                    .toList();
        }
    }
}
