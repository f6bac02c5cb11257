// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Shuffle.Tail;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.internal.plan.Lw1;
import io.forebay.testkit.MemoryTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Rows of similar length come together, in an order that is one for all readers, and goes on from wherever it was left. */
class BucketByLengthTest {
    private static final int GLOBAL_BATCH = 12;

    /** Columns by which rows are put together; all have the same lengths. */
    private static final List<Field> COLUMNS = List.of(
            MemoryTable.field("text", new ArrowType.Utf8()),
            MemoryTable.field("binary", new ArrowType.Binary()),
            MemoryTable.field("list", new ArrowType.List(), MemoryTable.field("element", new ArrowType.Int(32, true))));

    @Property(tries = 150)
    void everyNumberOfReadersSeesTheOrderOfTheModel(
            @ForAll Random random,
            @ForAll @IntRange(min = 1, max = 13) int lanes,
            @ForAll @IntRange(min = 1, max = 40) int window,
            @ForAll @IntRange(min = 1, max = 50) int rowsOfBucket,
            @ForAll Tail tail) {
        int[] lengths = IntStream.generate(() -> random.nextInt(1 + random.nextInt(40)) - 1)
                .limit(random.nextInt(400))
                .toArray();
        MemoryTable table = table(lengths, random);
        String column = COLUMNS.get(random.nextInt(COLUMNS.size())).getName();
        Shuffle shuffle = Shuffle.seed(random.nextLong())
                .lanes(lanes)
                .window(window)
                .tail(tail)
                .bucketByLength(column, Math.min(window, rowsOfBucket));
        long[] unitRows = table.unitRows();
        List<Long> expected = model(unitRows, shuffle, lengths);
        try (Forebay forebay = Forebay.builder()
                .threads(1 + random.nextInt(3))
                .trackAllocations(true)
                .build()) {
            for (int world : new int[] {1, 2, 3, 4}) {
                Dataset dataset = layout(forebay.dataset(table.location()), column, random)
                        .shuffle(shuffle)
                        .globalBatch(GLOBAL_BATCH);
                int steps = (tail == Tail.DROP
                        ? expected.size() / GLOBAL_BATCH
                        : (expected.size() + GLOBAL_BATCH - 1) / GLOBAL_BATCH);
                List<Long> delivered = read(dataset, world, steps, random);
                assertThat(delivered).isEqualTo(expected.subList(0, Math.min(expected.size(), steps * GLOBAL_BATCH)));
            }
        }
        assertThat(table.openReaders()).isZero();
    }

    private static Dataset layout(Dataset dataset, String column, Random random) {
        return switch (column) {
            case "text" ->
                switch (random.nextInt(3)) {
                    case 0 -> dataset.layout(column, new ArrowType.LargeUtf8());
                    case 1 -> dataset.layout(column, new ArrowType.Utf8View());
                    default -> dataset;
                };
            case "list" -> random.nextBoolean() ? dataset.layout(column, new ArrowType.LargeList()) : dataset;
            default -> dataset;
        };
    }

    /** The rows that count, of all readers in turn; each may be stopped and resumed at any step. */
    private static List<Long> read(Dataset dataset, int world, int steps, Random random) {
        List<List<Long>> ranks = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            ranks.add(new ArrayList<>());
            Dataset own = dataset.shard(rank, world);
            Checkpoint state = null;
            for (int step = 0; step < steps; ) {
                int until = step + 1 + random.nextInt(steps - step);
                try (BatchStream stream = state == null ? own.stream() : own.stream(state)) {
                    for (; step < until; step++) {
                        ranks.get(rank).addAll(validRows(stream.next()));
                    }
                    state = Checkpoint.fromJson(stream.checkpoint().toJson());
                }
            }
        }
        List<Long> rows = new ArrayList<>();
        int count = ranks.stream().mapToInt(List::size).sum();
        for (int i = 0; i < count; i++) {
            rows.add(ranks.get(i % world).get(i / world));
        }
        return rows;
    }

    private static List<Long> validRows(Batch batch) {
        List<Long> rows = new ArrayList<>();
        try (batch) {
            BigIntVector ids = (BigIntVector) batch.column("id");
            long[] numbers = batch.rowNumbers();
            assertThat(numbers).hasSize(batch.rows());
            for (int row = 0; row < batch.rows(); row++) {
                assertThat(numbers[row]).isEqualTo(row < batch.validRows() ? ids.get(row) : StepOrder.PADDING);
                if (row < batch.validRows()) {
                    rows.add(ids.get(row));
                }
            }
        }
        return rows;
    }

    /** The order, told in another way: windows as lists, which are sorted, cut and put together again. */
    private static List<Long> model(long[] unitRows, Shuffle shuffle, int[] lengths) {
        EpochOrder order = new EpochOrder(unitRows, shuffle);
        Map<List<Long>, List<Long>> windows = new HashMap<>();
        List<Long> rows = new ArrayList<>();
        for (long place = 0; place < order.rows(); place++) {
            int lane = (int) (place % order.lanes());
            long inLane = place / order.lanes();
            long window = inLane / order.windowRows();
            rows.add(windows.computeIfAbsent(List.of((long) lane, window), key -> window(order, lane, window, lengths))
                    .get((int) (inLane % order.windowRows())));
        }
        return rows;
    }

    private static List<Long> window(EpochOrder order, int lane, long window, int[] lengths) {
        int rows = order.windowRows(lane, window);
        int[] permutation = new int[rows];
        order.permutation(lane, window, permutation);
        List<Long> shuffled = Arrays.stream(permutation)
                .mapToObj(offset -> order.rowAt(order.laneStart(lane) + window * order.windowRows() + offset))
                .toList();
        List<Long> sorted = new ArrayList<>(shuffled);
        sorted.sort(Comparator.comparingInt(row -> Math.max(0, lengths[row.intValue()])));
        Shuffle shuffle = order.shuffle();
        int count = Math.max(1, rows / shuffle.buckets().rows());
        List<Integer> buckets =
                new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Lw1 draws = new Lw1(3, shuffle.seed(), shuffle.epoch(), window);
        for (int i = count - 1; i > 0; i--) {
            Collections.swap(buckets, i, (int) draws.bounded(i + 1));
        }
        List<Long> result = new ArrayList<>();
        for (int bucket : buckets) {
            List<Long> some = new ArrayList<>(sorted.subList(bucket * rows / count, (bucket + 1) * rows / count));
            some.sort(Comparator.comparing(shuffled::indexOf));
            result.addAll(some);
        }
        return result;
    }

    /** What is padded to the longest row of its batch is nearly full, where two thirds of one of a plain shuffle are padding. */
    @Example
    void littleOfABatchIsPadding() {
        Random random = new Random(1);
        int[] lengths =
                random.ints(16_384, 0, 512).map(length -> length * length / 512).toArray();
        MemoryTable table = table(lengths, random);
        try (Forebay forebay =
                Forebay.builder().threads(2).trackAllocations(true).build()) {
            Shuffle plain = Shuffle.seed(3).lanes(8).window(512);
            Dataset dataset = forebay.dataset(table.location()).select("id", "text");
            assertThat(fullShare(dataset.shuffle(plain), lengths)).isBetween(0.33, 0.35);
            assertThat(fullShare(dataset.shuffle(plain.bucketByLength("text", 16)), lengths))
                    .isGreaterThan(0.88);
        }
    }

    private static double fullShare(Dataset dataset, int[] lengths) {
        double used = 0;
        double padded = 0;
        try (BatchStream stream = dataset.globalBatch(128).stream()) {
            for (Batch batch : stream) {
                List<Long> rows = validRows(batch);
                used += rows.stream().mapToInt(row -> lengths[row.intValue()]).sum();
                padded += rows.size()
                        * (double) rows.stream()
                                .mapToInt(row -> lengths[row.intValue()])
                                .max()
                                .orElse(0);
            }
        }
        return used / padded;
    }

    @Example
    void aBatchThatTakesNoWholeBucketsIsWarnedOf() {
        MemoryTable table = table(new int[] {1, 2, 3}, new Random(1));
        try (Forebay forebay = Forebay.open()) {
            Dataset dataset = forebay.dataset(table.location())
                    .shuffle(Shuffle.seed(1).lanes(8).bucketByLength("text", 16));
            assertThat(dataset.globalBatch(128).explain().warnings()).isEmpty();
            assertThat(dataset.globalBatch(100).explain().warnings())
                    .singleElement()
                    .asString()
                    .contains("globalBatch=100, bucketRows=16, lanes=8");
        }
    }

    /** States that were saved are gone on from by later versions: the order of these rows must never change. */
    @Example
    void theOrderIsWhatItWas() {
        MemoryTable table = MemoryTable.of(
                MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));
        for (long first = 0; first < 24; first += 8) {
            table.unit(LongStream.range(first, first + 8)
                    .mapToObj(id -> new Object[] {id, "x".repeat((int) (id * 7 % 5))})
                    .toArray(Object[][]::new));
        }
        try (Forebay forebay = Forebay.open()) {
            Shuffle shuffle = Shuffle.seed(42).epoch(1).lanes(2).window(6).bucketByLength("text", 2);
            try (BatchStream stream = forebay.dataset(table.location()).shuffle(shuffle).globalBatch(24).stream();
                    Batch batch = stream.next()) {
                assertThat(batch.rowNumbers())
                        .containsExactly(
                                4, 9, 2, 22, 1, 23, 3, 21, 0, 20, 5, 8, 18, 10, 16, 15, 19, 11, 6, 13, 7, 12, 17, 14);
            }
        }
    }

    @Example
    void columnsWithoutLengthsAreRefused() {
        MemoryTable table = table(new int[] {1, 2, 3}, new Random(1));
        try (Forebay forebay = Forebay.open()) {
            Dataset dataset = forebay.dataset(table.location());
            assertThatThrownBy(() -> dataset.shuffle(Shuffle.seed(1).bucketByLength("id", 2)).stream())
                    .hasMessageContaining("rows are put together by a column of strings, binary or lists: column=id");
            assertThatThrownBy(() ->
                            dataset.dictionary("text").shuffle(Shuffle.seed(1).bucketByLength("text", 2)).stream())
                    .hasMessageContaining("dictionary=true");
            assertThatThrownBy(
                            () -> dataset.select("id").shuffle(Shuffle.seed(1).bucketByLength("text", 2)).stream())
                    .isInstanceOf(MissingColumnException.class);
            StepOrder order = dataset.shuffle(Shuffle.seed(1).bucketByLength("text", 2))
                    .globalBatch(3)
                    .order();
            assertThat(order.steps()).isEqualTo(1);
            assertThatThrownBy(() -> order.rows(0))
                    .hasMessageContaining("an order by lengths is known once these are read");
            assertThatThrownBy(() -> Shuffle.seed(1).bucketByLength("text", 0))
                    .hasMessage("rows of a bucket must be from 1 to 1048576: rows of a bucket=0");
            assertThatThrownBy(() -> Shuffle.seed(1).window(8).bucketByLength("text", 9))
                    .hasMessage("rows of a bucket must be from 1 to 8: rows of a bucket=9");
        }
    }

    private static MemoryTable table(int[] lengths, Random random) {
        List<Field> fields = new ArrayList<>(COLUMNS);
        fields.add(random.nextInt(fields.size() + 1), MemoryTable.field("id", new ArrowType.Int(64, true)));
        MemoryTable table = MemoryTable.of(fields.toArray(Field[]::new));
        int id = fields.indexOf(fields.stream()
                .filter(field -> field.getName().equals("id"))
                .findFirst()
                .orElseThrow());
        for (int row = 0; row < lengths.length; ) {
            int rows = Math.min(lengths.length - row, random.nextInt(2 + lengths.length / 2));
            Object[][] unit = new Object[rows][];
            for (int i = 0; i < rows; i++, row++) {
                List<Object> cells = new ArrayList<>(cells(lengths[row]));
                cells.add(id, (long) row);
                unit[i] = cells.toArray();
            }
            table.unit(unit);
        }
        return random.nextBoolean() ? table.oneLane() : table;
    }

    private static List<Object> cells(int length) {
        return length < 0
                ? Arrays.asList(null, null, null)
                : List.of("x".repeat(length), new byte[length], Collections.nCopies(length, 7L));
    }
}
