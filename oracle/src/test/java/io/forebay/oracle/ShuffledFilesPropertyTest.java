// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
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
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.PageIndexes;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import io.forebay.testkit.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterTry;
import net.jqwik.api.lifecycle.BeforeTry;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/** What shuffled orders promise of any manifest, on random Parquet files and through readers with several threads. */
class ShuffledFilesPropertyTest {
    /** All divide every global batch. */
    private static final List<Integer> WORLDS = List.of(1, 2, 3, 4, 6, 12);

    private static final List<Tail> TAILS = List.of(Tail.values());

    private static final List<CompressionCodecName> CODECS =
            List.of(CompressionCodecName.UNCOMPRESSED, CompressionCodecName.SNAPPY, CompressionCodecName.ZSTD);

    private static final int EPOCHS = 2;

    private static final Filter FILTER = Filter.parse("key >= 0 and text is not null");

    private static final List<TestColumn> COLUMNS = List.of(
            new TestColumn("key", Kind.INT64, false, Nulls.random(0.1), Encoder.PLAIN, 0),
            new TestColumn("number", Kind.DOUBLE, true, Nulls.none(), Encoder.PLAIN, 0),
            new TestColumn("text", Kind.STRING, false, Nulls.runs(20), Encoder.DICTIONARY_THEN_PLAIN, 30));

    private Path folder;

    @BeforeTry
    void makeFolder() throws IOException {
        folder = Files.createTempDirectory("shuffled");
    }

    @AfterTry
    void removeFolder() throws IOException {
        for (Path file : files()) {
            Files.delete(file);
        }
        Files.delete(folder);
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.toList();
        }
    }

    /**
     * Files of a folder, and an order of their rows.
     *
     * @param unitCount row groups
     * @param passing the rows of the files that are in the order
     * @param sequential what the files hold
     */
    private record Case(
            Path folder,
            int unitCount,
            Shuffle shuffle,
            int globalBatch,
            boolean filtered,
            List<Long> passing,
            Columns sequential) {
        Dataset dataset(Forebay forebay) {
            return filtered ? allRows(forebay).filter(FILTER) : allRows(forebay);
        }

        Dataset allRows(Forebay forebay) {
            return forebay.dataset(folder.toString()).shuffle(shuffle).globalBatch(globalBatch);
        }

        Case byLength(Random random) {
            Shuffle bucketed = shuffle.bucketByLength("text", 1 + random.nextInt(shuffle.window()));
            return new Case(folder, unitCount, bucketed, globalBatch, filtered, passing, sequential);
        }

        /** The rows of a batch, which must have what the files have there; of a mixture they are counted on. */
        List<Long> rowsOf(Batch batch) {
            long[] rows = batch.rowNumbers();
            long[] inFiles = LongStream.of(rows)
                    .map(row -> row == StepOrder.PADDING ? row : passing.get((int) (row % passing.size())))
                    .toArray();
            ShuffledRows.require(batch, inFiles, sequential);
            return LongStream.of(rows).boxed().toList();
        }
    }

    private Case any(Random random, Forebay forebay, boolean filtered) throws IOException {
        FileLayout layout = new FileLayout(
                CODECS.get(random.nextInt(CODECS.size())),
                1 + random.nextInt(2),
                5 + random.nextInt(60),
                20 + random.nextInt(120),
                random.nextBoolean());
        int unitCount = 0;
        int fileCount = 1 + random.nextInt(3);
        for (int file = 0; file < fileCount; file++) {
            int rows = random.nextInt(4) == 0 ? random.nextInt(3) : 1 + random.nextInt(250);
            Path path = folder.resolve(file + ".parquet");
            TestFiles.write(path, COLUMNS, rows, layout, random.nextLong());
            if (random.nextBoolean()) {
                PageIndexes.remove(path);
            }
            unitCount += (rows + layout.rowGroupRows() - 1) / layout.rowGroupRows();
        }
        Shuffle shuffle = new Shuffle(
                random.nextLong(),
                random.nextInt(3),
                List.of(1, 3, 5, 12, 48).get(random.nextInt(5)),
                1 + random.nextInt(40),
                TAILS.get(random.nextInt(TAILS.size())),
                null);
        Columns sequential = Columns.read(forebay.dataset(folder.toString()), 100);
        List<Long> passing = LongStream.range(0, sequential.rows())
                .filter(row -> !filtered || passes(sequential, (int) row))
                .boxed()
                .toList();
        return new Case(folder, unitCount, shuffle, 12 * (1 + random.nextInt(5)), filtered, passing, sequential);
    }

    private static boolean passes(Columns sequential, int row) {
        Object key = sequential.of("key").get(row);
        return key != null && (Long) key >= 0 && sequential.of("text").get(row) != null;
    }

    private static Forebay forebay() {
        return Forebay.builder().threads(3).build();
    }

    /** Rows of the order, batch by batch, as any number of readers that are stopped at any step get them. */
    @Property(tries = 60)
    void chainedResumesSeeEachRowOnceAnEpoch(@ForAll Random random, @ForAll boolean filtered) throws IOException {
        try (Forebay forebay = forebay()) {
            Case one = any(random, forebay, filtered);
            List<List<Long>> expected = new ArrayList<>();
            for (int i = 0; i < EPOCHS; i++) {
                expected.addAll(epoch(one, forebay, one.shuffle.epoch(one.shuffle.epoch() + i)));
            }
            List<List<Long>> seen = new ArrayList<>();
            Checkpoint state = null;
            while (seen.size() < expected.size()) {
                Dataset dataset = one.dataset(forebay).threads(1 + random.nextInt(4));
                int ahead = random.nextInt(5); // as far as it finds best, but for the others
                dataset = ahead == 4 ? dataset : dataset.prefetch(ahead);
                int world = WORLDS.get(random.nextInt(WORLDS.size()));
                int steps = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(6);
                state = train(one, dataset, world, state, steps, seen);
            }
            assertThat(seen).isEqualTo(expected);
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }

    /** The global batches of an epoch, which must have each row once. */
    private static List<List<Long>> epoch(Case one, Forebay forebay, Shuffle shuffle) {
        StepOrder order = one.dataset(forebay).shuffle(shuffle).order();
        List<List<Long>> batches = new ArrayList<>();
        for (long step = 0; step < order.steps(); step++) {
            batches.add(LongStream.of(order.rows(step)).boxed().toList());
        }
        requireEachRowOnce(one, shuffle, batches);
        return batches;
    }

    private static void requireEachRowOnce(Case one, Shuffle shuffle, List<List<Long>> batches) {
        int rows = one.passing.size();
        int dropped = shuffle.tail() == Tail.DROP ? rows % one.globalBatch : 0;
        assertThat(batches.stream().flatMap(List::stream).filter(row -> row != StepOrder.PADDING))
                .hasSize(rows - dropped)
                .doesNotHaveDuplicates()
                .allMatch(row -> row >= 0 && row < rows);
    }

    /** Reads some steps of what is left of an epoch with all ranks. */
    private static Checkpoint train(
            Case one, Dataset dataset, int world, Checkpoint from, int steps, List<List<Long>> seen) {
        try (Readers readers = Readers.of(dataset, world, from)) {
            Checkpoint state = readers.take(steps, one::rowsOf, seen);
            assertThat(state.toJson()).hasSizeLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX);
            return state;
        }
    }

    /** Lanes cut the sequence of units at lanes − 1 places. */
    @Property(tries = 40)
    void allReadersTogetherOpenFewUnits(@ForAll Random random) throws IOException {
        CountingStorage storage = new CountingStorage(false, false);
        try (Forebay forebay = Forebay.builder().storage(storage).threads(2).build()) {
            Case one = any(random, forebay, false);
            for (int world : WORLDS) {
                Dataset dataset = one.dataset(forebay);
                if (one.shuffle.tail() == Tail.PAD // rows that fill a batch up are read apart
                        || one.shuffle.lanes() % world != 0) {
                    continue;
                }
                storage.takeOpened();
                for (int rank = 0; rank < world; rank++) {
                    try (BatchStream stream = dataset.shard(rank, world).stream()) {
                        stream.forEach(Batch::close);
                    }
                }
                assertThat(storage.takeOpened()).isLessThan(one.unitCount + one.shuffle.lanes());
            }
        }
    }

    /** The order is known only once the texts are read: it is the same for all readers. */
    @Property(tries = 30)
    void rowsByLengthAreTheSameForEveryNumberOfReaders(@ForAll Random random, @ForAll boolean filtered)
            throws IOException {
        try (Forebay forebay = forebay()) {
            Case one = any(random, forebay, filtered).byLength(random);
            List<List<Long>> expected = new ArrayList<>();
            train(one, one.dataset(forebay).threads(1), 1, null, Integer.MAX_VALUE, expected);
            requireEachRowOnce(one, one.shuffle, expected);
            List<List<Long>> seen = new ArrayList<>();
            Checkpoint state = null;
            while (seen.size() < expected.size()) {
                Dataset dataset = one.dataset(forebay);
                int world = WORLDS.get(random.nextInt(WORLDS.size()));
                state = train(one, dataset, world, state, 1 + random.nextInt(9), seen);
            }
            assertThat(seen).isEqualTo(expected);
        }
    }

    /** A state fits no other order, and says in which field, with both values. */
    @Property(tries = 20)
    void aStateOfAnotherOrderIsRefused(@ForAll Random random, @ForAll boolean filtered) throws IOException {
        try (Forebay forebay = forebay()) {
            Case one = any(random, forebay, filtered);
            Dataset dataset = one.dataset(forebay);
            Checkpoint state = dataset.order().stateAfter(-1);
            Shuffle own = one.shuffle;
            requireMismatch(dataset.shuffle(own.lanes(own.lanes() + 1)), state, "lanes", own.lanes());
            requireMismatch(dataset.shuffle(own.window(own.window() + 1)), state, "window", own.window());
            Dataset other = filtered ? one.allRows(forebay) : dataset.filter(FILTER);
            requireMismatch(other, state, "filter", ((Checkpoint.Shuffled) state).filter());
            TestFiles.write(
                    folder.resolve("another.parquet"),
                    COLUMNS,
                    1,
                    new FileLayout(CompressionCodecName.SNAPPY, 1, 10, 10, false),
                    1);
            requireMismatch(one.dataset(forebay), state, "fingerprint", state.fingerprint());
        }
    }

    private static void requireMismatch(Dataset dataset, Checkpoint state, String field, Object value) {
        assertThatThrownBy(() -> dataset.stream(state))
                .isInstanceOf(ForebayException.class)
                .hasMessageContaining("the same " + field + " as its checkpoint: checkpoint=" + value + ", now=");
    }

    /** At every prefix each of two orders has its share, give or take less than one row, whoever reads and resumes. */
    @Property(tries = 20)
    void mixturesKeepToTheirWeights(@ForAll Random random, @ForAll boolean filtered) throws IOException {
        try (Forebay forebay = forebay()) {
            Case one = any(random, forebay, filtered);
            if (one.passing.isEmpty()) {
                return;
            }
            int[] weights = {1 + random.nextInt(5), 1 + random.nextInt(5)};
            Mixture mixture = Mixture.of(one.dataset(forebay), weights[0])
                    .and(one.dataset(forebay).shuffle(one.shuffle.epoch(9)), weights[1])
                    .until(random.nextBoolean() ? Mixture.Until.ALL_EXHAUSTED : Mixture.Until.FIRST_EXHAUSTED)
                    .globalBatch(one.globalBatch);
            long[] counts = new long[2];
            long places = 0;
            Checkpoint state = null;
            for (long left = mixture.order().steps(); left > 0; ) {
                int world = WORLDS.get(random.nextInt(WORLDS.size()));
                long steps = Math.min(left, 1 + random.nextInt(8));
                Checkpoint from = state;
                IntFunction<BatchStream> opening = rank -> {
                    Mixture own = mixture.shard(rank, world);
                    return from == null ? own.stream() : own.stream(from);
                };
                try (Readers readers = new Readers(world, opening)) {
                    for (int step = 0; step < steps; step++) {
                        for (long row : readers.next(one::rowsOf)) {
                            counts[(int) (row / one.passing.size())]++;
                            places++;
                            for (int i = 0; i < weights.length; i++) {
                                int sum = weights[0] + weights[1];
                                assertThat(Math.abs(counts[i] * sum - places * weights[i]))
                                        .isLessThan(sum);
                            }
                        }
                    }
                    state = readers.state();
                    left -= steps;
                }
            }
            assertThat(forebay.memory().usedBytes()).isZero();
        }
    }
}
