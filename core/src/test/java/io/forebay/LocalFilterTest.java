// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException.Kind;
import io.forebay.Shuffle.Tail;
import io.forebay.testkit.JsonText;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** A local filter says what it gives up, goes with no other order's state, and reads nothing twice. */
class LocalFilterTest {
    private static final String LONGEST_DIGEST = "a".repeat(16) + ":" + "f".repeat(128);
    private static final Checkpoint.LocallyFiltered STATE = new Checkpoint.LocallyFiltered(
            new Checkpoint.Shuffled(
                    "sha256:00", new Shuffle(-42, 3, 48, 1000, Tail.DROP, null), 960, 1921, "sha256:01"),
            1,
            4);
    private static final String JSON =
            "{\"v\":1,\"algo\":\"lw1\",\"fingerprint\":\"sha256:00\",\"seed\":-42,\"epoch\":3,\"nextRow\":1921,"
                    + "\"globalBatch\":960,\"lanes\":48,\"window\":1000,\"order\":\"SHUFFLED_LOCAL\",\"tail\":\"DROP\","
                    + "\"rank\":1,\"world\":4,\"filter\":\"sha256:01\"}";

    private final Forebay forebay =
            Forebay.builder().threads(2).trackAllocations(true).build();
    private final MemoryTable table = new OrderCase(List.of(100, 100), Shuffle.seed(1), 1, OrderCase.Layout.WHOLE_UNITS)
            .table()
            .withBounds();
    private final Shuffle shuffle = Shuffle.seed(5).lanes(4).window(8).tail(Tail.RAGGED);
    private final Dataset all = forebay.dataset(table.location());
    private final Dataset dataset = all.shuffle(shuffle)
            .globalBatch(12)
            .shard(1, 2)
            .filter(Filter.parse("id >= 120"))
            .filterLocally(true);

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void jsonHasThisShape() {
        assertThat(STATE.toJson()).isEqualTo(JSON);
        assertThat(Checkpoint.fromJson(JSON)).isEqualTo(STATE);
    }

    @Test
    void theLargestStateIsAtMostOneKibibyteAndRoundTrips() {
        Shuffle largest = new Shuffle(Long.MIN_VALUE, Long.MAX_VALUE, 1 << 14, 1 << 20, Tail.RAGGED, null);
        Checkpoint state = new Checkpoint.LocallyFiltered(
                new Checkpoint.Shuffled(LONGEST_DIGEST, largest, Integer.MAX_VALUE, Long.MAX_VALUE, LONGEST_DIGEST),
                Integer.MAX_VALUE - 1,
                Integer.MAX_VALUE);
        assertThat(state.toJson().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX);
        assertThat(Checkpoint.fromJson(state.toJson())).isEqualTo(state);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "\"rank\":1,|\"rank\":-1,",
                "\"rank\":1,|\"rank\":4294967296,",
                "\"rank\":1,|~~",
                "\"world\":4|\"world\":0",
                "\"world\":4|\"world\":\"4\"",
                ",\"filter\":\"sha256:01\"|~~",
                "\"filter\":\"sha256:01\"|\"filter\":\"x\"",
                "SHUFFLED_LOCAL|LOCAL",
                "\"lanes\":48|\"lanes\":0"
            })
    void aForgedTextIsCorrupt(String field, String forged) {
        assertThat(JSON).contains(field);
        assertThatThrownBy(() -> Checkpoint.fromJson(JSON.replace(field, forged)))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CORRUPT));
    }

    @Test
    void anotherReadIsNamedFieldByFieldWithBothValues() {
        Checkpoint.LocallyFiltered state = stateAfterABatch(dataset);
        requireMismatch(dataset.shard(0, 2), state, "rank", "1", "0");
        requireMismatch(dataset.shard(1, 3), state, "world", "2", "3");
        requireMismatch(dataset.shuffle(new Shuffle(6, 0, 4, 8, Tail.RAGGED, null)), state, "seed", "5", "6");
        requireMismatch(dataset.shuffle(shuffle.lanes(5)), state, "lanes", "4", "5");
        requireMismatch(dataset.shuffle(shuffle.window(9)), state, "window", "8", "9");
        requireMismatch(dataset.shuffle(shuffle.tail(Tail.DROP)), state, "tail", "RAGGED", "DROP");
        requireMismatch(dataset.globalBatch(24), state, "globalBatch", "12", "24");
        Dataset narrower = dataset.filter(Filter.parse("id < 190"));
        requireMismatch(
                narrower,
                state,
                "filter",
                state.filter(),
                stateAfterABatch(narrower).filter());
        Dataset other = forebay.dataset(MemoryTable.counting(100, 101).location())
                .shuffle(shuffle)
                .globalBatch(12)
                .shard(1, 2)
                .filter(Filter.parse("id >= 120"))
                .filterLocally(true);
        requireMismatch(
                other,
                state,
                "fingerprint",
                state.fingerprint(),
                stateAfterABatch(other).fingerprint());
    }

    @Test
    void aStateOfAnotherOrderIsNamed() {
        Dataset indexed = dataset.filterLocally(false);
        Checkpoint shuffled = indexed.order().stateAfter(-1);
        Checkpoint local = stateAfterABatch(dataset);
        try (BatchStream sequential = all.stream()) {
            requireMismatch(dataset, sequential.checkpoint(), "order", "SEQUENTIAL", "SHUFFLED_LOCAL");
        }
        requireMismatch(dataset, shuffled, "order", "SHUFFLED", "SHUFFLED_LOCAL");
        requireMismatch(indexed, local, "order", "SHUFFLED_LOCAL", "SHUFFLED");
        requireMismatch(all.shuffle(shuffle).filterLocally(true), local, "order", "SHUFFLED_LOCAL", "SHUFFLED");
        requireMismatch(all, local, "order", "SHUFFLED_LOCAL", "SEQUENTIAL");
        assertThatThrownBy(() -> indexed.order(local))
                .hasMessage("a resumed read must have the same order as its checkpoint:"
                        + " checkpoint=SHUFFLED_LOCAL, now=SHUFFLED");
    }

    @ParameterizedTest
    @CsvSource({"-1", "201"})
    void aNextRowOutsideTheEpochIsCorrupt(long nextRow) {
        Checkpoint.LocallyFiltered state = stateAfterABatch(dataset);
        Checkpoint.Shuffled place = state.place();
        Checkpoint forged = new Checkpoint.LocallyFiltered(
                new Checkpoint.Shuffled(
                        place.fingerprint(), place.shuffle(), place.globalBatch(), nextRow, place.filter()),
                state.rank(),
                state.world());
        assertThatThrownBy(() -> dataset.stream(forged))
                .hasMessage("a checkpoint's next row must lie within the epoch: nextRow=" + nextRow + ", rows=200");
    }

    @Test
    void whatDoesNotGoWithItIsRefusedByName() {
        requireUnsupported(
                () -> dataset.shuffle(shuffle.tail(Tail.PAD)).stream(),
                "the tail of an order that is filtered locally must be DROP or RAGGED: tail=PAD");
        requireUnsupported(() -> dataset.limit(5).stream(), "a shuffled order has neither limit nor sample: limit=5");
        requireUnsupported(() -> dataset.sample(5, 1).stream(), "a shuffled order has neither limit nor sample");
        String steps =
                "an order of steps must not have a local filter, which decides them as rows are read: filter=id >= 120";
        requireUnsupported(dataset::order, steps);
        Checkpoint state = stateAfterABatch(dataset);
        requireUnsupported(() -> dataset.order(state), steps);
        assertThatThrownBy(() -> dataset.globalBatch(13).stream())
                .hasMessageStartingWith("a global batch must be a multiple");
        assertThatThrownBy(() -> dataset.filter(Filter.parse("nowhere = 1")).stream())
                .isInstanceOf(MissingColumnException.class);
    }

    /** The scan of the filter's column alone would open them all. */
    @Test
    void itIsExplainedWithoutAScan() {
        Explanation explanation = dataset.select("text").explain();
        assertThat(table.unitsOpened()).isEmpty();
        assertThat(explanation.unitsRead()).isEqualTo(2);
        assertThat(explanation.bytesRead()).isEqualTo(explanation.bytes());
        assertThat(explanation.columns()).containsExactly("text utf8", "id int64");
        assertThat(explanation.filter()).isEqualTo("id >= 120");
        assertThat(explanation.warnings())
                .containsExactly("readers may take different numbers of steps, since the filter drops rows as they"
                        + " stream: stepsAtMost=17");
        Explanation.ShuffleFigures figures = Objects.requireNonNull(explanation.shuffle());
        assertThat(figures.rows()).isEqualTo(200);
        assertThat(figures.steps()).isEqualTo(17);
        assertThat(figures.equalSteps()).isFalse();
        assertThat(explanation.toString()).contains("shuffled: at most 17 steps of 6 rows");
        Explanation indexed = dataset.filterLocally(false).explain();
        assertThat(indexed.warnings()).isEmpty();
        assertThat(Objects.requireNonNull(indexed.shuffle()).equalSteps()).isTrue();
        assertThat(indexed.toString()).contains("shuffled: 7 steps of 6 rows");
    }

    /** With all rows of a reader passing, the last reader of a dropped tail gets a batch more than whole steps are. */
    @Test
    void noReaderTakesMoreStepsThanExplained() {
        Dataset dropping = all.shuffle(shuffle.tail(Tail.DROP))
                .globalBatch(134)
                .shard(0, 67)
                .filter(Filter.parse("id >= 0"))
                .filterLocally(true);
        try (BatchStream stream = dropping.stream()) {
            stream.forEach(Batch::close);
            assertThat(stream.progress().batches())
                    .isEqualTo(1)
                    .isLessThanOrEqualTo(
                            Objects.requireNonNull(dropping.explain().shuffle()).steps());
        }
        try (BatchStream stream = dropping.globalBatch(67).stream()) {
            stream.forEach(Batch::close);
            assertThat(stream.progress().batches()).isEqualTo(3); // of 200 / 67 = 2 whole steps
        }
        assertThat(Objects.requireNonNull(dropping.globalBatch(67).explain().shuffle())
                        .steps())
                .isEqualTo(3);
    }

    @Test
    void unitsAreReadOnce() {
        try (BatchStream stream = dataset.shuffle(shuffle.lanes(1)).shard(0, 1).stream()) {
            stream.forEach(Batch::close);
        }
        assertThat(table.unitsOpened()).containsExactlyInAnyOrder(0, 1);
    }

    @Test
    void withoutAFilterOrAShuffleItChangesNothing() {
        Dataset shuffled = all.shuffle(shuffle).globalBatch(12);
        assertThat(JsonText.of(shuffled.filterLocally(true))).isEqualTo(JsonText.of(shuffled));
        assertThat(shuffled.filterLocally(true).order().stateAfter(0))
                .isEqualTo(shuffled.order().stateAfter(0));
        Dataset filtered = all.filter(Filter.parse("id >= 120"));
        assertThat(JsonText.of(filtered.filterLocally(true))).isEqualTo(JsonText.of(filtered));
        try (BatchStream stream = filtered.filterLocally(true).stream()) {
            assertThat(stream.checkpoint()).isInstanceOf(Checkpoint.Sequential.class);
        }
    }

    /** The filter looks at values, not at the indices that stand for them. */
    @ParameterizedTest
    @CsvSource({"text >= 'row 5' and text < 'row 7'", "text is null", "id >= 50"})
    void aColumnWithADictionaryIsFilteredAsWithout(String filter) {
        Dataset plain = all.shuffle(shuffle)
                .globalBatch(12)
                .filter(Filter.parse(filter))
                .filterLocally(true);
        String rows = JsonText.of(plain);
        assertThat(rows).isNotEmpty();
        assertThat(JsonText.of(plain.dictionary("text"))).isEqualTo(rows);
        assertThat(JsonText.of(plain.dictionary("text").select("id"))).isEqualTo(JsonText.of(plain.select("id")));
    }

    @Test
    void rowsWithoutColumnsAreCounted() {
        try (BatchStream stream = dataset.select(List.of()).stream()) {
            int rows = 0;
            for (Batch batch : stream) {
                try (batch) {
                    assertThat(batch.columns()).isEmpty();
                    rows += batch.rows();
                }
            }
            assertThat(rows).isEqualTo(Vectors.ids(dataset.stream()).size());
        }
    }

    /** A batch is known to be the last one only when another has been looked for, and that may fail. */
    @ParameterizedTest
    @EnumSource(
            value = Tail.class,
            names = {"DROP", "RAGGED"})
    void aFailureComesAfterTheBatchesBeforeItAndComesAgain(Tail tail) {
        MemoryTable broken = new OrderCase(List.of(40, 40, 40, 40), Shuffle.seed(1), 1, OrderCase.Layout.PARTS).table();
        Dataset some = forebay.dataset(broken.location())
                .shuffle(new Shuffle(9, 0, 1, 10, tail, null))
                .globalBatch(5)
                .filter(Filter.parse("text is not null"))
                .filterLocally(true);
        List<Long> whole = Vectors.ids(some.stream());
        broken.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 2 && row >= 20) {
                    throw ForebayException.corrupt("a page must be whole");
                }
            }
        });
        List<Long> delivered = new ArrayList<>();
        Checkpoint state;
        try (BatchStream stream = some.stream()) {
            assertThatThrownBy(() -> {
                        while (true) {
                            delivered.addAll(next(stream));
                        }
                    })
                    .isInstanceOf(ForebayException.class)
                    .hasMessageContaining("a page must be whole");
            assertThatThrownBy(stream::next).hasMessageContaining("a page must be whole");
            state = stream.checkpoint();
        }
        assertThat(delivered).isNotEmpty();
        int firstBroken = 0;
        while (whole.get(firstBroken) < 100 || whole.get(firstBroken) >= 120) {
            firstBroken++;
        }
        assertThat(delivered.size()).isGreaterThan(firstBroken - 10 - 5); // a window that is not whole, and a batch
        broken.hooks(new MemoryTable.Hooks() {});
        delivered.addAll(Vectors.ids(some.stream(state)));
        assertThat(delivered).isEqualTo(whole);
        assertThat(broken.openReaders()).isZero();
    }

    @Test
    void batchesOutliveTheirStreamAndAnEarlyEndLeavesNothing() {
        BatchStream stream = dataset.filter(Filter.parse("id < 190")).stream();
        Batch first = stream.next();
        assertThat(stream.iterator().hasNext()).isTrue();
        stream.close();
        stream.close();
        assertThat(first.rowNumbers())
                .containsExactly(Vectors.ids(first).stream().mapToLong(id -> id).toArray());
        first.close();
        assertThat(forebay.memory().usedBytes()).isZero();
        assertThat(forebay.memory().owners()).isEmpty();
        assertThatThrownBy(stream::next).hasMessage("a closed stream has no more batches");
    }

    @Test
    void closingEndsAWait() throws InterruptedException {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                reading.countDown();
                try {
                    release.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        });
        BatchStream stream = dataset.stream();
        List<ForebayException> failures = new ArrayList<>();
        Thread consumer = new Thread(() -> {
            try {
                stream.next();
            } catch (ForebayException e) {
                failures.add(e);
            }
        });
        consumer.start();
        assertThat(reading.await(10, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(stream::close);
        closer.start();
        consumer.join(10_000);
        release.countDown();
        closer.join(10_000);
        assertThat(failures).singleElement().satisfies(e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED));
    }

    @Test
    void aReadThatDoesNotFitIsRefusedBeforeAnythingIsRead() {
        MemoryTable large = MemoryTable.counting(20_000, 20_000);
        try (Forebay small = Forebay.builder().memoryLimit("64KiB").build()) {
            Dataset some = small.dataset(large.location())
                    .shuffle(Shuffle.seed(1).window(1024))
                    .filter(Filter.parse("id < 5"))
                    .filterLocally(true);
            String refusal = Objects.requireNonNull(some.explain().shuffle()).refusal();
            assertThat(refusal).isNotEmpty();
            assertThatThrownBy(some::stream)
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.LIMIT))
                    .hasMessageContaining(refusal);
            assertThat(large.unitsOpened()).isEmpty();
            assertThat(small.memory().owners()).isEmpty();
        }
    }

    /** Strings of which the file says that they take eight bytes take a thousand: the read below starts again, frugally. */
    @Test
    void rowsThatTakeMoreThanTheirFilesSayAreReadAllTheSame() {
        MemoryTable heavy = MemoryTable.of(
                MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));
        String text = "x".repeat(1000);
        for (int unit = 0; unit < 4; unit++) {
            long first = unit * 3000L;
            heavy.unit(LongStream.range(first, first + 3000)
                    .mapToObj(id -> new Object[] {id, text})
                    .toArray(Object[][]::new));
        }
        List<Long> expected = Vectors.ids(heavyRows(forebay, heavy).select("id").stream());
        assertThat(expected).hasSize(11_099);
        try (Forebay small = Forebay.builder()
                .memoryLimit("4MiB")
                .threads(2)
                .trackAllocations(true)
                .build()) {
            assertThat(Vectors.ids(heavyRows(small, heavy).stream())).isEqualTo(expected);
        }
    }

    private static Dataset heavyRows(Forebay context, MemoryTable table) {
        return context.dataset(table.location())
                .shuffle(Shuffle.seed(1).lanes(12).window(50).tail(Tail.RAGGED))
                .globalBatch(100)
                .filter(Filter.parse("id < 3100 or id > 4000"))
                .filterLocally(true);
    }

    private static Checkpoint.LocallyFiltered stateAfterABatch(Dataset dataset) {
        try (BatchStream stream = dataset.stream()) {
            next(stream);
            return (Checkpoint.LocallyFiltered) stream.checkpoint();
        }
    }

    private static List<Long> next(BatchStream stream) {
        try (Batch batch = stream.next()) {
            return Vectors.ids(batch);
        }
    }

    private static void requireMismatch(Dataset dataset, Checkpoint state, String field, String saved, String now) {
        assertThatThrownBy(() -> dataset.stream(state).close())
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
                .hasMessage("a resumed read must have the same " + field + " as its checkpoint: checkpoint=" + saved
                        + ", now=" + now);
    }

    private static void requireUnsupported(ThrowingCallable call, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageStartingWith(message);
    }
}
