// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Shuffle.Tail;
import io.forebay.testkit.MemoryTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;

/** Each reader of a locally filtered order gets those of its places that pass, in the order's order and in batches of exact size. */
class LocalFilterPropertyTest {
    private static final int EPOCHS = 3;
    private static final int RESUMES_LEAST = 300;

    private static int resumes;

    private Forebay ample;
    private Forebay tight;

    @BeforeProperty
    void open() {
        ample = Forebay.builder().threads(4).trackAllocations(true).build();
        tight = Forebay.builder()
                .threads(2)
                .memoryLimit("4MiB")
                .trackAllocations(true)
                .build();
    }

    /** Fails when a buffer is still held. */
    @AfterProperty
    void close() {
        ample.close();
        tight.close();
    }

    @AfterContainer
    static void enoughWasTried() {
        assertThat(resumes).isGreaterThanOrEqualTo(RESUMES_LEAST);
    }

    /** A filter, and the same in plain Java. */
    record Condition(String text, LongPredicate passes) {
        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * An order, its filter and one of its readers.
     *
     * @param columns what is selected, or null for all
     */
    record Reading(OrderCase order, Condition condition, List<String> columns, int world, int rank) {
        Dataset dataset(Forebay forebay, MemoryTable table) {
            Dataset dataset = order.dataset(forebay, table)
                    .filter(Filter.parse(condition.text))
                    .filterLocally(true)
                    .shard(rank, world);
            return columns == null ? dataset : dataset.select(columns.toArray(String[]::new));
        }

        int batchRows() {
            return order.globalBatch() / world;
        }

        Reading rank(int other) {
            return new Reading(order, condition, columns, world, other);
        }
    }

    /** What is to be delivered, and where it leaves the reader. */
    record Expected(List<Long> rows, long firstRow, String state) {}

    @Provide
    Arbitrary<Reading> readings() {
        Arbitrary<OrderCase> orders =
                OrderCase.any().map(one -> one.shuffle().tail() == Tail.PAD ? one.tail(Tail.RAGGED) : one);
        Arbitrary<Condition> some = Combinators.combine(
                        Arbitraries.integers().between(2, 9),
                        Arbitraries.integers().between(0, 8),
                        Arbitraries.integers().between(0, 600))
                .as((step, first, end) -> {
                    List<String> ids = LongStream.range(0, 2_000)
                            .filter(id -> id % step == first % step && id < end)
                            .mapToObj(String::valueOf)
                            .toList();
                    String text = "id in (-1" + (ids.isEmpty() ? "" : ", " + String.join(", ", ids)) + ")";
                    return new Condition(text, id -> id % step == first % step && id < end);
                });
        Arbitrary<Condition> conditions = Arbitraries.oneOf(
                some,
                Arbitraries.of(
                        new Condition("id < 0", id -> false),
                        new Condition("id >= 0", id -> true),
                        new Condition("id >= 100", id -> id >= 100),
                        new Condition("text is null", id -> id % 7 == 0),
                        new Condition("text < 'row 2'", id -> id % 7 != 0 && ("row " + id).compareTo("row 2") < 0),
                        new Condition(
                                "not text < 'row 2'", id -> id % 7 != 0 && ("row " + id).compareTo("row 2") >= 0)));
        Arbitrary<List<String>> columns =
                Arbitraries.of(List.of("id", "text"), List.of("id"), List.of("text"), List.of("text", "id"));
        return Combinators.combine(
                        orders,
                        conditions,
                        columns.injectNull(0.2),
                        Arbitraries.of(OrderCase.WORLDS),
                        Arbitraries.integers().between(0, 11))
                .as((order, condition, selected, world, rank) ->
                        new Reading(order, condition, selected, world, rank % world));
    }

    @Property(tries = 200)
    void aReaderGetsThoseOfItsPlacesThatPass(@ForAll("readings") Reading reading) {
        MemoryTable table = reading.order.table().withBounds();
        Shuffle shuffle = reading.order.shuffle();
        List<Long> union = new ArrayList<>();
        for (int rank = 0; rank < reading.world; rank++) {
            Reading own = reading.rank(rank);
            List<Expected> expected = expected(own, table, shuffle.epoch());
            try (BatchStream stream = own.dataset(ample, table).stream()) {
                assertThat(stream.checkpoint().nextRow()).isZero();
                assertThat(take(stream, Integer.MAX_VALUE)).isEqualTo(expected);
                assertThat(stream.checkpoint().toJson())
                        .isEqualTo(state(own, table, shuffle.epoch(shuffle.epoch() + 1), 0));
            }
            expected.forEach(batch -> union.addAll(batch.rows));
        }
        if (shuffle.tail() == Tail.RAGGED) {
            assertThat(union)
                    .containsExactlyInAnyOrderElementsOf(LongStream.range(0, reading.order.rows())
                            .filter(reading.condition.passes)
                            .boxed()
                            .toList());
        }
        assertThat(table.openReaders()).isZero();
    }

    /** Stopped at any batch, over and over and across epochs, with any threads and memory. */
    @Property(tries = 150)
    void chainedResumesSeeTheBatchesOfAnUninterruptedRun(@ForAll("readings") Reading reading, @ForAll Random random) {
        MemoryTable table = reading.order.table();
        long firstEpoch = reading.order.shuffle().epoch();
        List<Expected> expected = new ArrayList<>();
        for (int epoch = 0; epoch < EPOCHS; epoch++) {
            expected.addAll(expected(reading, table, firstEpoch + epoch));
        }
        List<Expected> seen = new ArrayList<>();
        Checkpoint state = null;
        while (state == null || epochOf(state) < firstEpoch + EPOCHS) {
            Dataset dataset =
                    reading.dataset(random.nextBoolean() ? ample : tight, table).threads(1 + random.nextInt(4));
            int batches = random.nextInt(3) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(3);
            try (BatchStream stream = state == null ? dataset.stream() : dataset.stream(state)) {
                long epoch = epochOf(stream.checkpoint());
                List<Expected> taken = take(stream, batches);
                seen.addAll(taken);
                if (taken.size() < batches) {
                    assertThat(epochOf(stream.checkpoint()))
                            .as("after the end of an epoch")
                            .isEqualTo(epoch + 1);
                }
                String json = stream.checkpoint().toJson();
                assertThat(json.length()).isLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX);
                state = Checkpoint.fromJson(json);
            }
            resumes++;
        }
        assertThat(seen).isEqualTo(expected);
        assertThat(table.openReaders()).isZero();
    }

    private static long epochOf(Checkpoint state) {
        return ((Checkpoint.LocallyFiltered) state).place().shuffle().epoch();
    }

    /** Found in the order of all rows, which knows nothing of filters. */
    private List<Expected> expected(Reading reading, MemoryTable table, long epoch) {
        OrderCase allRows = reading.order.tail(Tail.RAGGED);
        Shuffle shuffle = allRows.shuffle().epoch(epoch);
        List<Long> order = OrderCase.globalBatches(allRows.dataset(ample, table).shuffle(shuffle), 1).stream()
                .flatMap(List::stream)
                .toList();
        List<Long> places = LongStream.range(0, order.size())
                .filter(place -> place % reading.world == reading.rank)
                .filter(place -> reading.condition.passes.test(order.get((int) place)))
                .boxed()
                .toList();
        boolean ragged = reading.order.shuffle().tail() == Tail.RAGGED;
        int rows = ragged ? places.size() : places.size() - places.size() % reading.batchRows();
        List<Expected> batches = new ArrayList<>();
        long firstRow = 0;
        for (int from = 0; from < rows; from += reading.batchRows()) {
            int end = Math.min(rows, from + reading.batchRows());
            long nextRow = Math.min(order.size(), places.get(end - 1) + reading.world);
            Shuffle own = reading.order.shuffle().epoch(epoch);
            batches.add(new Expected(
                    places.subList(from, end).stream()
                            .map(place -> order.get(place.intValue()))
                            .toList(),
                    firstRow,
                    end == rows
                            ? state(reading, table, own.epoch(epoch + 1), 0)
                            : state(reading, table, own, nextRow)));
            firstRow = nextRow;
        }
        return batches;
    }

    private String state(Reading reading, MemoryTable table, Shuffle shuffle, long nextRow) {
        Dataset sequential = ample.dataset(table.location()).filter(Filter.parse(reading.condition.text));
        try (BatchStream stream = sequential.stream()) {
            Checkpoint digests = stream.checkpoint();
            Checkpoint.Shuffled place = new Checkpoint.Shuffled(
                    digests.fingerprint(), shuffle, reading.order.globalBatch(), nextRow, digests.filter());
            return new Checkpoint.LocallyFiltered(place, reading.rank, reading.world).toJson();
        }
    }

    /** The rows of some batches by their numbers, which their columns must tell as well. */
    private static List<Expected> take(BatchStream stream, int batches) {
        List<Expected> taken = new ArrayList<>();
        while (taken.size() < batches) {
            try (Batch batch = stream.next()) {
                if (batch == null) {
                    break;
                }
                List<Long> rows = LongStream.of(batch.rowNumbers()).boxed().toList();
                assertThat(batch.rows()).isEqualTo(rows.size()).isEqualTo(batch.validRows());
                assertThat(batch.schema()).isEqualTo(stream.schema());
                assertThat(batch.columns())
                        .hasSameSizeAs(stream.schema().getFields())
                        .allSatisfy(column -> requireHolds(column, rows));
                taken.add(
                        new Expected(rows, batch.firstRow(), batch.checkpoint().toJson()));
            }
        }
        return taken;
    }

    private static void requireHolds(FieldVector column, List<Long> rows) {
        assertThat(column.getValueCount()).isEqualTo(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            Object value = column.getObject(i);
            if (column instanceof BigIntVector) {
                assertThat(value).isEqualTo(rows.get(i));
            } else {
                assertThat(value == null ? null : value.toString())
                        .isEqualTo(rows.get(i) % 7 == 0 ? null : "row " + rows.get(i));
            }
        }
    }
}
