// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.Shuffle;
import io.forebay.Shuffle.Tail;
import io.forebay.oracle.parquet.CountingFile;
import io.forebay.oracle.parquet.FileLayout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.arrow.vector.BigIntVector;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Eight readers that wait for each other in each step, over three files of which one has nearly all rows: with a filter of the index
 * kind none of them waits for a batch that does not come, and together they get each row that passes once.
 */
@Timeout(60)
class UnevenFilesTest {
    private static final int[] FILE_ROWS = {2_500, 37, 1};
    private static final int ROWS = 2_538;
    private static final int GLOBAL_BATCH = 80;
    private static final int ALL = Integer.MAX_VALUE;

    /** Reads two pages and a bit of the large file, most of another, and half of the rows between them. */
    private static final Filter FILTER = Filter.parse("(id < 210 or id >= 300) and id <> 2537");

    private static final int PASSING = ROWS - 91;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"DROP, false", "PAD, false", "RAGGED, false", "RAGGED, true", "DROP, true"})
    void readersThatWaitForEachOtherAllComeToTheEnd(Tail tail, boolean tight) throws Exception {
        Path files = write();
        try (Forebay forebay = Forebay.builder()
                .threads(2)
                .memoryLimit(tight ? "2MiB" : "256MiB")
                .build()) {
            Dataset dataset = forebay.dataset(files.toString())
                    .filter(FILTER)
                    .shuffle(Shuffle.seed(11).lanes(48).window(7).tail(tail))
                    .globalBatch(GLOBAL_BATCH);
            List<Long> seen = new ArrayList<>();
            Checkpoint first = together(dataset, 8, null, 9, seen);
            Checkpoint second = together(dataset, 2, first, 5, seen);
            Checkpoint end = together(dataset, 8, second, ALL, seen);
            assertThat(((Checkpoint.Shuffled) end).shuffle().epoch()).isEqualTo(1);
            int dropped = tail == Tail.DROP ? PASSING % GLOBAL_BATCH : 0;
            assertThat(seen).hasSize(PASSING - dropped).doesNotHaveDuplicates().allMatch(UnevenFilesTest::passes);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    private static boolean passes(long id) {
        return (id < 210 || id >= 300) && id != 2537;
    }

    private Path write() throws IOException {
        Path files = Files.createDirectory(folder.resolve("files"));
        FileLayout layout = new FileLayout(CompressionCodecName.SNAPPY, 1, 100, 900, true);
        long first = 0;
        for (int file = 0; file < FILE_ROWS.length; file++) {
            CountingFile.write(files.resolve(file + ".parquet"), first, FILE_ROWS[file], layout);
            first += FILE_ROWS[file];
        }
        return files;
    }

    /** Steps that all readers take in lockstep, each on a thread of its own; their states must be one. */
    private static Checkpoint together(Dataset dataset, int world, Checkpoint from, int steps, List<Long> seen)
            throws InterruptedException, ExecutionException {
        CyclicBarrier step = new CyclicBarrier(world);
        ExecutorService threads = Executors.newFixedThreadPool(world);
        try {
            List<Future<Reader>> readers = new ArrayList<>();
            for (int rank = 0; rank < world; rank++) {
                Dataset own = dataset.shard(rank, world);
                readers.add(threads.submit(() -> read(own, from, steps, step)));
            }
            List<Checkpoint> states = new ArrayList<>();
            for (Future<Reader> reader : readers) {
                states.add(reader.get().state);
                seen.addAll(reader.get().ids);
            }
            assertThat(states).containsOnly(states.get(0));
            return Checkpoint.fromJson(states.get(0).toJson());
        } finally {
            threads.shutdownNow();
        }
    }

    private record Reader(Checkpoint state, List<Long> ids) {}

    private static Reader read(Dataset dataset, Checkpoint from, int steps, CyclicBarrier together) throws Exception {
        List<Long> ids = new ArrayList<>();
        try (BatchStream stream = from == null ? dataset.stream() : dataset.stream(from)) {
            for (int step = 0; step < steps; step++) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    BigIntVector column = (BigIntVector) batch.column("id");
                    LongStream.range(0, batch.validRows()).forEach(row -> ids.add(column.get((int) row)));
                }
                together.await(20, TimeUnit.SECONDS);
            }
            return new Reader(stream.checkpoint(), ids);
        }
    }
}
