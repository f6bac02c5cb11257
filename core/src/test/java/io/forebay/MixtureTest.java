// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Mixture.Until;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Readers;
import io.forebay.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Mixtures have the rows that a plain model says, for every number of readers, and go on from wherever they were left. */
class MixtureTest {
    /** Rows of the data set at index i have ids from i times this on. */
    private static final long APART = 1_000_000;

    private static final int GLOBAL_BATCH = 12;

    private static final List<Integer> WORLDS = List.of(1, 2, 3, 4, 6, 12);

    /** Data sets, their orders and weights. */
    private record Case(
            List<MemoryTable> tables,
            List<Shuffle> shuffles,
            List<Filter> filters,
            List<Integer> weights,
            Until until) {
        static Case any(Random random) {
            Case made = new Case(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    random.nextBoolean() ? Until.FIRST_EXHAUSTED : Until.ALL_EXHAUSTED);
            int count = 1 + random.nextInt(4);
            for (int i = 0; i < count; i++) {
                made.tables.add(table(i * APART, random));
                made.shuffles.add(Shuffle.seed(random.nextLong())
                        .lanes(1 + random.nextInt(12))
                        .window(1 + random.nextInt(30))
                        .epoch(random.nextInt(3)));
                made.filters.add(random.nextInt(3) == 0 ? Filter.parse("id >= " + (i * APART + 3)) : null);
                made.weights.add(1 + random.nextInt(random.nextBoolean() ? 3 : 12));
            }
            return made;
        }

        Dataset dataset(Forebay forebay, int i) {
            Dataset dataset = forebay.dataset(tables.get(i).location()).shuffle(shuffles.get(i));
            return filters.get(i) == null ? dataset : dataset.filter(filters.get(i));
        }

        Mixture mixture(Forebay forebay) {
            Mixture mixture = Mixture.of(dataset(forebay, 0), weights.get(0));
            for (int i = 1; i < tables.size(); i++) {
                mixture = mixture.and(dataset(forebay, i), weights.get(i));
            }
            return mixture.until(until).globalBatch(GLOBAL_BATCH);
        }
    }

    private static MemoryTable table(long firstId, Random random) {
        MemoryTable table = MemoryTable.of(MemoryTable.field("id", new ArrowType.Int(64, true)));
        long id = firstId;
        for (int units = 1 + random.nextInt(5); units > 0; units--) {
            int rows = 4 + random.nextInt(60);
            table.unit(LongStream.range(id, id + rows)
                    .mapToObj(value -> new Object[] {value})
                    .toArray(Object[][]::new));
            id += rows;
        }
        return table;
    }

    /** The ids of some epochs' global batches, told turn by turn. */
    private static List<List<Long>> model(Case one, Forebay forebay, int epochs) {
        int count = one.tables.size();
        List<List<Long>> batches = new ArrayList<>();
        long[] nextEpoch = one.shuffles.stream().mapToLong(Shuffle::epoch).toArray();
        for (int epoch = 0; epoch < epochs; epoch++) {
            List<List<Long>> rest = new ArrayList<>();
            int[] ends = new int[count];
            for (int i = 0; i < count; i++) {
                rest.add(new ArrayList<>(epochOf(one, forebay, i, nextEpoch[i]++)));
            }
            long sum = one.weights.stream().mapToInt(Integer::intValue).sum();
            long[] turns = new long[count];
            List<Long> ids = new ArrayList<>();
            while (true) {
                boolean fullSteps = ids.size() % GLOBAL_BATCH == 0;
                if (one.until == Until.ALL_EXHAUSTED && fullSteps && allCame(ends, rest)) {
                    break;
                }
                int source = nextSource(one, turns, ids.size(), sum);
                if (rest.get(source).isEmpty()) {
                    if (one.until == Until.FIRST_EXHAUSTED) {
                        break;
                    }
                    ends[source]++;
                    rest.set(source, new ArrayList<>(epochOf(one, forebay, source, nextEpoch[source]++)));
                }
                ids.add(rest.get(source).remove(0));
                turns[source]++;
            }
            for (int from = 0; from + GLOBAL_BATCH <= ids.size(); from += GLOBAL_BATCH) {
                batches.add(List.copyOf(ids.subList(from, from + GLOBAL_BATCH)));
            }
        }
        return batches;
    }

    private static boolean allCame(int[] ends, List<List<Long>> rest) {
        for (int i = 0; i < ends.length; i++) {
            if (ends[i] == 0 && !rest.get(i).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static int nextSource(Case one, long[] turns, long place, long sum) {
        int found = -1;
        double earliest = Double.MAX_VALUE;
        for (int i = 0; i < turns.length; i++) {
            int weight = one.weights.get(i);
            double deadline = Math.ceil((turns[i] + 1) * (double) sum / weight - 1e-9);
            if (Math.floor(turns[i] * (double) sum / weight + 1e-9) <= place && deadline < earliest) {
                earliest = deadline;
                found = i;
            }
        }
        return found;
    }

    private static List<Long> epochOf(Case one, Forebay forebay, int i, long epoch) {
        Shuffle shuffle = one.shuffles.get(i).epoch(epoch).tail(Shuffle.Tail.RAGGED);
        long first = i * APART + (one.filters.get(i) == null ? 0 : 3);
        return OrderCase.globalBatches(one.dataset(forebay, i).shuffle(shuffle).globalBatch(GLOBAL_BATCH), 1).stream()
                .flatMap(List::stream)
                .map(row -> first + row)
                .toList();
    }

    @Property(tries = 60)
    void readersSeeTheRowsOfTheModelOverResumesAndEpochs(@ForAll Random random) {
        Case one = Case.any(random);
        try (Forebay forebay = Forebay.builder()
                .threads(1 + random.nextInt(3))
                .trackAllocations(true)
                .build()) {
            List<List<Long>> expected = model(one, forebay, 2);
            List<List<Long>> seen = new ArrayList<>();
            Checkpoint state = null;
            while (seen.size() < expected.size()) {
                int world = WORLDS.get(random.nextInt(WORLDS.size()));
                int steps = random.nextInt(3) == 0 ? Integer.MAX_VALUE : random.nextInt(5);
                state = read(one, one.mixture(forebay), world, state, steps, seen);
            }
            assertThat(seen).isEqualTo(expected);
        }
        for (MemoryTable table : one.tables) {
            assertThat(table.openReaders()).isZero();
        }
    }

    /** Reads some steps of what is left of an epoch with all ranks; their states must be one, which travels as JSON. */
    private static Checkpoint read(
            Case one, Mixture mixture, int world, Checkpoint from, int most, List<List<Long>> seen) {
        List<List<List<Long>>> ranks = new ArrayList<>();
        List<String> states = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            Mixture own = mixture.shard(rank, world);
            StepOrder order = from == null ? own.order() : own.order(from);
            List<List<Long>> batches = new ArrayList<>();
            try (BatchStream stream = from == null ? own.stream() : own.stream(from)) {
                assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(-1));
                while (batches.size() < Math.min(most, order.steps())) {
                    try (Batch batch = stream.next()) {
                        assertThat(batch.rowNumbers()).isEqualTo(order.rows(batches.size()));
                        assertThat(batch.checkpoint()).isEqualTo(order.stateAfter(batches.size()));
                        assertThat(numbered(one, batch.rowNumbers())).isEqualTo(Vectors.ids(batch));
                        batches.add(Vectors.ids(batch));
                    }
                }
                if (most > order.steps()) {
                    assertThat(stream.next()).isNull();
                }
                states.add(stream.checkpoint().toJson());
            }
            ranks.add(batches);
        }
        for (int step = 0; step < ranks.get(0).size(); step++) {
            int at = step;
            seen.add(Readers.together(
                    ranks.stream().map(batches -> batches.get(at)).toList()));
        }
        assertThat(states.stream().distinct()).hasSize(1);
        assertThat(states.get(0).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX * (1 + one.tables.size()));
        return Checkpoint.fromJson(states.get(0));
    }

    /** The ids of rows that are counted as if the data sets lay one behind the other, without those that do not pass. */
    private static List<Long> numbered(Case one, long[] numbers) {
        List<Long> passing = new ArrayList<>();
        for (int i = 0; i < one.tables.size(); i++) {
            long first = i * APART + (one.filters.get(i) == null ? 0 : 3);
            one.tables.get(i).rows().stream()
                    .map(row -> (Long) row[0])
                    .filter(id -> id >= first)
                    .forEach(passing::add);
        }
        return Arrays.stream(numbers)
                .mapToObj(number -> passing.get((int) number))
                .toList();
    }

    /** Every prefix has of each data set what its weight says, give or take less than one row. */
    @Property(tries = 30)
    void everyPrefixHasWhatTheWeightsSay(@ForAll Random random) {
        Case one = Case.any(random);
        try (Forebay forebay = Forebay.builder().threads(2).build()) {
            long sum = one.weights.stream().mapToInt(Integer::intValue).sum();
            long[] counts = new long[one.tables.size()];
            long places = 0;
            try (BatchStream stream = one.mixture(forebay).stream()) {
                for (Batch batch : stream) {
                    try (batch) {
                        for (long id : Vectors.ids(batch)) {
                            counts[(int) (id / APART)]++;
                            places++;
                            for (int i = 0; i < counts.length; i++) {
                                assertThat(Math.abs(counts[i] * sum - places * one.weights.get(i)))
                                        .isLessThan(sum);
                            }
                        }
                    }
                }
            }
        }
    }

    @Example
    void whatDoesNotFitIsRefused() {
        Random random = new Random(1);
        MemoryTable table = table(0, random);
        MemoryTable other =
                MemoryTable.of(MemoryTable.field("name", new ArrowType.Utf8())).unit(new Object[][] {{"a"}});
        try (Forebay forebay = Forebay.open();
                Forebay another = Forebay.open()) {
            Dataset plain = forebay.dataset(table.location());
            Dataset shuffled = plain.shuffle(1);
            Mixture two = Mixture.of(shuffled, 3).and(shuffled.shuffle(2), 1).globalBatch(GLOBAL_BATCH);
            Checkpoint state = two.order().stateAfter(0);
            assertThatThrownBy(() -> Mixture.of(plain, 1).stream()).hasMessageContaining("must be shuffled");
            assertThatThrownBy(() -> Mixture.of(shuffled, 0)).hasMessage("a weight must be positive: weight=0");
            assertThatThrownBy(() -> Mixture.of(shuffled, 1)
                            .and(another.dataset(table.location()).shuffle(1), 1))
                    .hasMessageContaining("must have one context");
            assertThatThrownBy(
                            () -> Mixture.of(shuffled, 1)
                                    .and(forebay.dataset(other.location()).shuffle(1), 1)
                                    .stream())
                    .hasMessageContaining("must have the same columns");
            assertThatThrownBy(() -> Mixture.of(shuffled.filter(Filter.parse("id < 0")), 1).stream())
                    .hasMessageContaining("must have rows");
            assertThatThrownBy(() -> two.shard(0, 5).stream()).hasMessageContaining("globalBatch=12, world=5");
            assertThatThrownBy(() -> Mixture.of(shuffled, 1 << 20).and(shuffled, 1).stream())
                    .hasMessageContaining("the weights of a mixture");
            assertThatThrownBy(() ->
                            Mixture.of(shuffled, 2).and(shuffled.shuffle(2), 1).globalBatch(GLOBAL_BATCH).stream(state))
                    .hasMessageContaining("the same weights as its checkpoint: checkpoint=[3, 1], now=[2, 1]");
            assertThatThrownBy(() -> two.globalBatch(24).stream(state))
                    .hasMessageContaining("the same globalBatch as its checkpoint: checkpoint=12, now=24");
            assertThatThrownBy(() -> two.until(Until.ALL_EXHAUSTED).stream(state))
                    .hasMessageContaining("the same until");
            assertThatThrownBy(() ->
                            Mixture.of(shuffled, 3).and(shuffled.shuffle(3), 1).globalBatch(GLOBAL_BATCH).stream(state))
                    .hasMessageContaining("the same order of data set 1");
            assertThatThrownBy(() -> two.stream(shuffled.order().stateAfter(-1)))
                    .hasMessageContaining("a mixture goes on from the state of a mixture");
            assertThatThrownBy(() -> shuffled.stream(state)).hasMessageContaining("the same order as its checkpoint");
            String moved = state.toJson().replace("\"nextRow\":12,", "\"nextRow\":24,");
            assertThat(moved).isNotEqualTo(state.toJson());
            assertThatThrownBy(() -> two.stream(Checkpoint.fromJson(moved))).hasMessageContaining("the same parts");
            assertThatThrownBy(() -> Checkpoint.fromJson(state.toJson().replace("[3,1]", "[3]")))
                    .hasMessageContaining("must have a weight for each part");
        }
    }

    /** An epoch that fills no global batch is followed by the next, and a state of it is one to go on from. */
    @Example
    void anEpochWithoutAStepGoesOnWithTheNext() {
        MemoryTable table = MemoryTable.counting(10);
        try (Forebay forebay = Forebay.open()) {
            Mixture mixture =
                    Mixture.of(forebay.dataset(table.location()).shuffle(1), 1).globalBatch(64);
            Checkpoint state;
            try (BatchStream stream = mixture.stream()) {
                assertThat(stream.next()).isNull();
                state = stream.checkpoint();
            }
            assertThat(((Checkpoint.Mixed) state).epoch()).isEqualTo(1);
            try (BatchStream stream = mixture.stream(state)) {
                assertThat(stream.next()).isNull();
                assertThat(((Checkpoint.Mixed) stream.checkpoint()).epoch()).isEqualTo(2);
            }
        }
    }

    /** Weights and worlds whose patterns are long are planned, or refused by name. */
    @Example
    void longPatternsArePlanned() {
        MemoryTable table = MemoryTable.counting(100);
        try (Forebay forebay = Forebay.open()) {
            Dataset shuffled = forebay.dataset(table.location()).shuffle(1);
            Mixture mixture = Mixture.of(shuffled, 1)
                    .and(shuffled, 2)
                    .and(shuffled, 8189)
                    .and(shuffled, 8192)
                    .globalBatch(254);
            try (BatchStream stream = mixture.shard(1, 254).stream()) {
                assertThat(stream.next()).isNull();
            }
            assertThatThrownBy(() -> mixture.globalBatch(1016).shard(1, 1016).stream())
                    .hasMessageContaining("and times the world's size");
            assertThatThrownBy(() -> mixture.epoch(Long.MAX_VALUE - 1).stream())
                    .hasMessageContaining("an epoch must leave numbers for the epochs after it");
            assertThatThrownBy(() -> shuffled.globalBatch(1 << 30).shard(0, 1 << 30).stream())
                    .hasMessageContaining("a shuffled order has at most 1048576 readers");
        }
    }

    /** States that were saved are gone on from by later versions: the order of these rows must never change. */
    @Example
    void theOrderIsWhatItWas() {
        try (Forebay forebay = Forebay.open()) {
            Mixture mixture = Mixture.of(small(forebay, 10, 1), 5)
                    .and(small(forebay, 6, 2), 3)
                    .and(small(forebay, 4, 3), 2)
                    .until(Until.ALL_EXHAUSTED)
                    .globalBatch(24);
            assertThat(mixture.order().rows(0))
                    .containsExactly(
                            1, 11, 7, 17, 2, 13, 6, 10, 0, 18, 5, 14, 4, 16, 8, 12, 3, 15, 9, 19, 2, 10, 6, 17);
        }
    }

    private static Dataset small(Forebay forebay, int rows, long seed) {
        return forebay.dataset(MemoryTable.counting(rows).location())
                .shuffle(Shuffle.seed(seed).lanes(2).window(3));
    }

    /** What cannot be read of one data set ends the mixture, after the batches before it, and again. */
    @Example
    void aFailureOfADataSetIsOneOfTheMixture() {
        MemoryTable broken = MemoryTable.counting(500, 500).hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                if (unit == 1) {
                    throw ForebayException.corrupt("a row must be readable: unit=" + unit);
                }
            }
        });
        try (Forebay forebay =
                Forebay.builder().threads(2).trackAllocations(true).build()) {
            Dataset first =
                    forebay.dataset(MemoryTable.counting(5000).location()).shuffle(1);
            Dataset second = forebay.dataset(broken.location())
                    .shuffle(Shuffle.seed(2).lanes(1).window(10));
            try (BatchStream stream = Mixture.of(first, 3).and(second, 1).globalBatch(40).stream()) {
                assertThatThrownBy(() -> stream.forEach(Batch::close)).hasMessageContaining("a row must be readable");
                assertThatThrownBy(stream::next).hasMessageContaining("a row must be readable");
            }
        }
        assertThat(broken.openReaders()).isZero();
    }

    @Example
    void whatDoesNotFitTheBudgetIsRefusedAtTheStart() {
        MemoryTable table = MemoryTable.counting(40_000);
        try (Forebay forebay = Forebay.builder().memoryLimit("256KiB").build()) {
            Dataset wide = forebay.dataset(table.location())
                    .shuffle(Shuffle.seed(1).lanes(8).window(4000));
            assertThatThrownBy(() -> Mixture.of(wide, 1).and(wide.shuffle(2), 1).stream())
                    .hasMessageContaining("a shuffled read must fit the memory budget");
            assertThat(forebay.memory().owners()).isEmpty();
        }
    }

    /** A stream that is closed, or a context, ends whatever its data sets are doing. */
    @Example
    void closingEndsAllDataSets() {
        MemoryTable first = MemoryTable.counting(5000, 5000);
        MemoryTable second = MemoryTable.counting(5000);
        Forebay forebay = Forebay.builder().threads(2).trackAllocations(true).build();
        Mixture mixture = Mixture.of(forebay.dataset(first.location()).shuffle(1), 2)
                .and(forebay.dataset(second.location()).shuffle(2), 1)
                .globalBatch(100);
        BatchStream closed = mixture.stream();
        closed.next().close();
        closed.close();
        assertThatThrownBy(closed::next).hasMessage("a closed stream has no more batches");
        mixture.stream().next().close();
        forebay.close();
        assertThat(first.openReaders()).isZero();
        assertThat(second.openReaders()).isZero();
    }
}
