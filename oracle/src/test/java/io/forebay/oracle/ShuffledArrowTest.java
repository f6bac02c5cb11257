// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.Sink;
import io.forebay.arrow.ArrowSink;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.NestedFiles;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shuffled streams of Arrow files, whose units are record batches, deliver what a sequential read has at the rows of their order. */
class ShuffledArrowTest {
    private static final int ROWS = 900;
    private static final int RECORD_BATCH_ROWS = 100;
    private static final FileLayout LAYOUT = new FileLayout(CompressionCodecName.SNAPPY, 1, 50, ROWS, false);

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "flat, false, 64MiB",
        "flat, true, 64MiB",
        "flat, false, 2MiB",
        "nested, false, 64MiB",
        "nested, true, 4MiB"
    })
    void everyTypeInAnyMemoryMappedOrNot(String types, boolean mapped, String memory) throws IOException {
        try (Forebay other = Forebay.open();
                Forebay forebay = Forebay.builder()
                        .memoryLimit(memory)
                        .threads(2)
                        .mapFiles(mapped)
                        .build()) {
            String files = write(other, types).toString();
            Columns sequential = Columns.read(other.dataset(files), ROWS);
            Dataset dataset = forebay.dataset(files)
                    .shuffle(Shuffle.seed(8).lanes(6).window(30).tail(Tail.RAGGED))
                    .globalBatch(24);
            ShuffledRows.require(dataset.shard(1, 3), null, Integer.MAX_VALUE, sequential);
            Checkpoint state = ShuffledRows.require(dataset.shard(1, 2), null, 17, sequential);
            ShuffledRows.require(dataset, state, Integer.MAX_VALUE, sequential);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private Path write(Forebay forebay, String types) throws IOException {
        Path parquet = folder.resolve("source.parquet");
        if (types.equals("flat")) {
            List<TestColumn> columns = Arrays.stream(Kind.values())
                    .map(kind -> new TestColumn(kind.name(), kind, false, Nulls.random(0.2), Encoder.PLAIN, 0))
                    .toList();
            TestFiles.write(parquet, columns, ROWS, LAYOUT, 1);
        } else {
            NestedFiles.write(parquet, ROWS, LAYOUT, 3);
        }
        Path arrow = folder.resolve("arrow");
        Dataset source = forebay.dataset(parquet.toString()).batchRows(RECORD_BATCH_ROWS);
        try (Sink.Writer writer = ArrowSink.at(arrow).partRows(ROWS / 2).open(forebay, source.schema(), false);
                BatchStream stream = source.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    writer.write(batch);
                }
            }
            writer.finish();
        }
        return arrow;
    }
}
