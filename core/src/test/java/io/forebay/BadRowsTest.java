// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException.Kind;
import io.forebay.Shuffle.Tail;
import io.forebay.spi.RowRange;
import io.forebay.testkit.MemoryTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Streams that go on behind bad rows: which rows are masked, counted and written down. */
class BadRowsTest {
    private static final BadRows MASK = BadRows.mask().atMostShare(1);

    private Forebay forebay;
    private Path folder;

    @BeforeProperty
    void open() throws IOException {
        forebay = Forebay.builder().threads(3).build();
        folder = Files.createTempDirectory("bad-rows");
    }

    /** Fails when a buffer is still held. */
    @AfterProperty
    void close() throws IOException {
        forebay.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    /** How a run of bad rows shows. */
    private enum Look {
        CORRUPT,
        UNSUPPORTED,
        BUG,
        /** The format knows which rows it makes unreadable. */
        KNOWN
    }

    /** Bad rows of a column of a table with the columns {@code id} and {@code text}, numbered over all units. */
    private record Damage(boolean ofText, long first, int count, Look look) {
        String column() {
            return ofText ? "text" : "id";
        }

        boolean hits(long row) {
            return row >= first && row < first + count;
        }

        String error() {
            return look == Look.BUG
                    ? "data could not be decoded: java.lang.ArithmeticException: " + column()
                    : "bad " + column();
        }

        void check(String name, long firstOfUnit, long[] rows) {
            if (name.equals(column()) && Arrays.stream(rows).anyMatch(row -> hits(firstOfUnit + row))) {
                throw switch (look) {
                    case CORRUPT -> ForebayException.corrupt(error());
                    case UNSUPPORTED -> ForebayException.unsupported(error());
                    case BUG -> new ArithmeticException(column());
                    case KNOWN ->
                        new DamagedRowsException(
                                ForebayException.corrupt(error()),
                                new RowRange(Math.max(0, first - firstOfUnit), first + count - firstOfUnit));
                };
            }
        }
    }

    private record Case(OrderCase order, List<Damage> damages) {
        boolean isBad(long row) {
            return damages.stream().anyMatch(damage -> damage.hits(row));
        }

        boolean isBad(long row, String column) {
            return damages.stream()
                    .anyMatch(damage -> damage.hits(row) && damage.column().equals(column));
        }

        MemoryTable table() {
            return damaged(order.table(), order.unitRows(), damages);
        }
    }

    private static MemoryTable damaged(MemoryTable table, List<Integer> unitRows, List<Damage> damages) {
        return table.hooks(new MemoryTable.Hooks() {
            @Override
            public void decoding(int unit, String column, long[] rows) {
                long first = unitRows.stream()
                        .limit(unit)
                        .mapToLong(Integer::longValue)
                        .sum();
                damages.forEach(damage -> damage.check(column, first, rows));
            }
        });
    }

    @Provide
    Arbitrary<Case> cases() {
        Arbitrary<Damage> damages = Combinators.combine(
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(0, 400),
                        Arbitraries.oneOf(
                                Arbitraries.just(1), Arbitraries.integers().between(1, 50)),
                        Arbitraries.of(Look.class))
                .as(Damage::new);
        return Combinators.combine(OrderCase.any(), damages.list().ofMaxSize(5)).as(Case::new);
    }

    @Property(tries = 150)
    void sequentialBatchesHaveTheSameMasksHoweverTheyAreRead(@ForAll("cases") Case one) {
        Dataset dataset = forebay.dataset(one.table().location()).badRows(MASK);
        for (int batchRows : List.of(1, 7, 1000)) {
            for (int world : List.of(1, 3)) {
                List<Long> rows = new ArrayList<>();
                for (int rank = 0; rank < world; rank++) {
                    Dataset shard =
                            dataset.shard(rank, world).batchRows(batchRows).threads(1 + rank);
                    int taken = batchRows == 1 ? Integer.MAX_VALUE : rank;
                    Checkpoint state = requireRows(shard.stream(), taken, one, rows);
                    requireRows(shard.stream(state), Integer.MAX_VALUE, one, rows);
                }
                assertThat(rows)
                        .isEqualTo(LongStream.range(0, one.order.rows()).boxed().toList());
            }
        }
    }

    @Property(tries = 200)
    void shuffledBatchesHaveTheSameMasksHoweverTheyAreRead(@ForAll("cases") Case one) {
        Dataset dataset = one.order.dataset(forebay, one.table()).badRows(MASK);
        StepOrder order = dataset.order();
        for (int world : List.of(1, 4)) {
            for (int rank = 0; rank < world; rank++) {
                Dataset reader = dataset.shard(rank, world).threads(1 + rank % 2);
                List<Long> rows = new ArrayList<>();
                long steps = order.steps();
                Checkpoint state = requireRows(reader.stream(), (int) (steps / 2), one, rows);
                if (steps > 0) {
                    requireRows(reader.stream(state), (int) (steps - steps / 2), one, rows);
                }
                List<Long> expected = new ArrayList<>();
                for (long step = 0; step < steps; step++) {
                    Arrays.stream(reader.order().rows(step)).forEach(expected::add);
                }
                assertThat(rows).isEqualTo(expected);
            }
        }
    }

    /** What has no length because it is bad is put with what has none; its mask is where it is. */
    @Property(tries = 60)
    void masksFollowRowsThatArePutTogetherByLength(@ForAll("cases") Case one) {
        Shuffle byLength = one.order
                .shuffle()
                .tail(Shuffle.Tail.RAGGED)
                .bucketByLength("text", Math.min(5, one.order.shuffle().window()));
        Dataset dataset =
                one.order.dataset(forebay, one.table()).shuffle(byLength).badRows(MASK);
        List<Long> rows = new ArrayList<>();
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    long[] numbers = batch.rowNumbers();
                    for (int row = 0; row < batch.rows(); row++) {
                        rows.add(numbers[row]);
                        assertThat(batch.isValid(row)).isEqualTo(!one.isBad(numbers[row]));
                    }
                }
            }
        }
        assertThat(rows)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, one.order.rows()).boxed().toList());
    }

    /** Reads batches whose good rows must be right and whose bad rows must be masked and counted. */
    private static Checkpoint requireRows(BatchStream opened, int batches, Case one, List<Long> rows) {
        try (BatchStream stream = opened) {
            long bad = 0;
            for (int i = 0; i < batches; i++) {
                Batch batch = stream.next();
                if (batch == null) {
                    break;
                }
                try (batch) {
                    long[] numbers = batch.rowNumbers();
                    List<Integer> invalid = new ArrayList<>();
                    for (int row = 0; row < batch.rows(); row++) {
                        boolean padding = numbers[row] == StepOrder.PADDING;
                        boolean isBad = !padding && one.isBad(numbers[row]);
                        assertThat(batch.isValid(row)).isEqualTo(!padding && !isBad);
                        if (padding || isBad) {
                            invalid.add(row);
                        } else {
                            assertThat(((BigIntVector) batch.column("id")).get(row))
                                    .isEqualTo(numbers[row]);
                            Object text = batch.column("text").getObject(row);
                            assertThat(text == null ? null : text.toString())
                                    .isEqualTo(numbers[row] % 7 == 0 ? null : "row " + numbers[row]);
                        }
                        bad += isBad ? 1 : 0;
                        rows.add(numbers[row]);
                    }
                    assertThat(batch.invalidRows())
                            .containsExactly(
                                    invalid.stream().mapToInt(Integer::intValue).toArray());
                }
            }
            assertThat(stream.progress().badRows()).isEqualTo(bad);
            return stream.checkpoint();
        }
    }

    /** A row of which the filter's column is bad does not pass, and counts all the same; other columns count where it passes. */
    @Property(tries = 150)
    void filteredBatches(@ForAll("cases") Case one) throws IOException {
        MemoryTable table = one.table().withIndexes(10);
        Dataset all = forebay.dataset(table.location())
                .filter(Filter.parse("id >= 30"))
                .prune(false);
        TreeSet<Long> bad = new TreeSet<>();
        List<Long> passing = new ArrayList<>();
        for (long row = 0; row < one.order.rows(); row++) {
            if (one.isBad(row, "id") || (row >= 30 && one.isBad(row))) {
                bad.add(row);
            }
            if (row >= 30 && !one.isBad(row, "id")) {
                passing.add(row);
            }
        }
        for (int world : List.of(1, 3)) {
            Path file = folder.resolve("filtered");
            Dataset dataset =
                    all.badRows(BadRows.quarantine(file).atMostShare(1)).batchRows(8);
            List<Long> delivered = new ArrayList<>();
            long counted = 0;
            for (int rank = 0; rank < world; rank++) {
                try (BatchStream stream = dataset.shard(rank, world).stream()) {
                    for (Batch batch : stream) {
                        try (batch) {
                            for (int row = 0; row < batch.rows(); row++) {
                                delivered.add(((BigIntVector) batch.column("id")).get(row));
                            }
                        }
                    }
                    counted += stream.progress().badRows();
                }
            }
            assertThat(delivered).isEqualTo(passing);
            assertThat(counted).isEqualTo(bad.size());
            assertThat(rowsOf(file, one.order)).isEqualTo(List.copyOf(bad));
            Files.delete(file);
        }
    }

    /** What stands in for a value is none that a filter could find. */
    @Example
    void aPlaceholderPassesNoFilter() {
        Dataset dataset = dataset(MASK).prune(false).filter(Filter.parse("text is null"));
        try (BatchStream stream = dataset.stream()) {
            assertThat(stream.next()).isNull();
            assertThat(stream.progress().badRows()).isEqualTo(2);
        }
    }

    /** Rows that no claim of an index lets pass are not looked at: whether one of them is bad, nobody knows. */
    @Property(tries = 50)
    void whatIsCountedOfAFilterDependsOnNoSlices(@ForAll("cases") Case one) {
        Dataset dataset = forebay.dataset(one.table().withIndexes(10).location())
                .filter(Filter.parse("id >= 33 and id < 95"))
                .badRows(MASK);
        long bad = LongStream.range(0, one.order.rows())
                .filter(row -> isCounted(one, row))
                .count();
        for (int batchRows : List.of(1, 9, 64, 1000)) {
            try (BatchStream stream = dataset.batchRows(batchRows).stream()) {
                stream.forEach(Batch::close);
                assertThat(stream.progress().badRows()).isEqualTo(bad);
            }
        }
    }

    /** Indexes tell of ten rows of a unit at a time. */
    private static boolean isCounted(Case one, long row) {
        long unitStart = 0;
        for (int rows : one.order.unitRows()) {
            if (row < unitStart + rows) {
                long first = unitStart + (row - unitStart) / 10 * 10;
                long last = Math.min(unitStart + rows, first + 10) - 1;
                boolean read = first < 95 && last >= 33;
                boolean passes = row >= 33 && row < 95;
                return read && (one.isBad(row, "id") || (passes && one.isBad(row)));
            }
            unitStart += rows;
        }
        return false;
    }

    private static List<Long> rowsOf(Path file, OrderCase order) throws IOException {
        List<Long> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            int unit = Integer.parseInt(line.replaceAll(".*\"unit\":(\\d+),.*", "$1"));
            long first = order.unitRows().stream()
                    .limit(unit)
                    .mapToLong(Integer::longValue)
                    .sum();
            rows.add(first + Long.parseLong(line.replaceAll(".*\"row\":(\\d+),.*", "$1")));
        }
        return rows;
    }

    // ---- budgets

    private static final List<Damage> THREE =
            List.of(new Damage(true, 12, 2, Look.CORRUPT), new Damage(false, 31, 1, Look.KNOWN));

    /** Forty rows in two units, of which the rows 12, 13 and 31 are bad. */
    private static MemoryTable table(List<Damage> damages) {
        MemoryTable table = MemoryTable.of(
                MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));
        for (int first : List.of(0, 20)) {
            table.unit(IntStream.range(first, first + 20)
                    .mapToObj(row -> new Object[] {(long) row, "text " + row})
                    .toArray(Object[][]::new));
        }
        return damaged(table, List.of(20, 20), damages);
    }

    private Dataset dataset(BadRows badRows) {
        return forebay.dataset(table(THREE).location()).batchRows(10).badRows(badRows);
    }

    @Example
    void aBudgetHoldsToTheRow() {
        for (Dataset dataset : List.of(
                dataset(BadRows.mask()),
                dataset(BadRows.mask()).shuffle(Shuffle.seed(1).tail(Tail.RAGGED)))) {
            assertThat(badRows(dataset.badRows(BadRows.mask().atMost(3)))).isEqualTo(3);
            assertThat(badRows(dataset.badRows(BadRows.mask().atMostShare(0.075))))
                    .isEqualTo(3);
            requireOver(dataset.badRows(BadRows.mask().atMost(2)), 2);
            requireOver(dataset.badRows(BadRows.mask().atMostShare(0.0749)), 2);
            requireOver(dataset.badRows(BadRows.mask().atMost(5).atMostShare(0.05)), 2);
            requireOver(dataset.badRows(BadRows.mask().atMost(2).atMostShare(0.5)), 2);
            requireOver(dataset, 0); // a hundredth of forty
        }
    }

    private static long badRows(Dataset dataset) {
        try (BatchStream stream = dataset.stream()) {
            stream.forEach(Batch::close);
            return stream.progress().badRows();
        }
    }

    private static void requireOver(Dataset dataset, int budget) {
        try (BatchStream stream = dataset.stream()) {
            for (int call = 0; call < 2; call++) {
                assertThatThrownBy(() -> stream.forEach(Batch::close))
                        .isInstanceOfSatisfying(ForebayException.class, e -> {
                            assertThat(e.kind()).isEqualTo(Kind.CORRUPT);
                            assertThat(e)
                                    .hasMessageContaining("bad rows must be within their budget: badRows=")
                                    .hasMessageContaining("budget=" + budget + ", rowsOfDataset=40, firstError=bad ");
                            assertThat(e.place().uri()).isNotNull();
                            assertThat(e.place().column()).isIn("id", "text");
                        });
            }
            assertThat(stream.progress().badRows()).isLessThanOrEqualTo(budget);
        }
    }

    /** Rows behind the last one that a limit lets through are nobody's; those before it count however they are put into batches. */
    @Example
    void rowsThatCannotBeFilteredCountWhereRowsBehindThemAreDelivered() throws IOException {
        Path file = folder.resolve("filtered.jsonl");
        for (int batchRows : List.of(1, 2, 3, 5, 8, 8192)) {
            assertThat(badRows(filtered(
                                    batchRows,
                                    new Damage(false, 10, 9, Look.CORRUPT),
                                    BadRows.mask().atMost(3))
                            .limit(5)))
                    .isZero();
            assertThat(badRows(filtered(
                                    batchRows,
                                    new Damage(false, 5, 15, Look.CORRUPT),
                                    BadRows.mask().atMost(3))
                            .limit(5)))
                    .isZero();
            assertThat(badRows(filtered(
                                    batchRows,
                                    new Damage(false, 2, 2, Look.CORRUPT),
                                    BadRows.mask().atMost(2))
                            .limit(5)))
                    .isEqualTo(2);
            Dataset over = filtered(
                    batchRows,
                    new Damage(false, 10, 9, Look.CORRUPT),
                    BadRows.quarantine(file).atMost(3));
            requireOver(over, 3);
            assertThat(Files.readAllLines(file)).hasSizeGreaterThanOrEqualTo(4);
            Files.delete(file);
        }
    }

    private Dataset filtered(int batchRows, Damage damage, BadRows badRows) {
        return forebay.dataset(table(List.of(damage)).location())
                .batchRows(batchRows)
                .filter(Filter.parse("id >= 0"))
                .prune(false)
                .badRows(badRows);
    }

    @Example
    void batchesBeforeTheBudgetIsSpentAreDelivered() {
        try (BatchStream stream = dataset(BadRows.mask().atMost(2)).stream()) {
            for (int batch = 0; batch < 3; batch++) {
                next(stream);
            }
            assertThat(stream.progress().badRows()).isEqualTo(2);
            assertThatThrownBy(stream::next).hasMessageContaining("badRows=3, budget=2");
            assertThat(stream.checkpoint().nextRow()).isEqualTo(30);
        }
    }

    @Example
    void budgetsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> BadRows.quarantine(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> BadRows.mask().atMost(-1)).hasMessageContaining("rows=-1");
        for (double share : List.of(-0.1, 1.1, Double.NaN)) {
            assertThatThrownBy(() -> BadRows.mask().atMostShare(share)).hasMessageContaining("share=" + share);
        }
        assertThat(BadRows.mask().budget(1000)).isEqualTo(10);
        assertThat(BadRows.mask().atMostShare(0.29).budget(100)).isEqualTo(29);
        assertThat(BadRows.mask().atMostShare(BadRows.DEFAULT_SHARE).atMost(50).budget(1000))
                .isEqualTo(10);
        assertThat(BadRows.mask().atMost(50).budget(100)).isEqualTo(50);
    }

    private static void next(BatchStream stream) {
        try (Batch batch = stream.next()) {
            assertThat(batch).isNotNull();
        }
    }

    // ---- what is no bad row

    @Example
    void aBadRowIsAFailureUnlessToldOtherwise() {
        try (BatchStream stream = forebay.dataset(table(THREE).location()).batchRows(10).stream()) {
            next(stream);
            assertThatThrownBy(stream::next)
                    .isInstanceOf(ForebayException.class)
                    .hasMessageStartingWith("bad text");
        }
    }

    @Example
    void otherFailuresEndTheStream() {
        for (Kind kind : List.of(Kind.IO, Kind.LIMIT, Kind.CANCELLED, Kind.USAGE)) {
            MemoryTable table = table(List.of()).hooks(new MemoryTable.Hooks() {
                @Override
                public void decoding(int unit, String column, long[] rows) {
                    throw new ForebayException(kind, "no damage");
                }
            });
            for (Dataset dataset : List.of(
                    forebay.dataset(table.location()).badRows(MASK),
                    forebay.dataset(table.location())
                            .badRows(MASK)
                            .shuffle(Shuffle.seed(1).tail(Tail.RAGGED)))) {
                try (BatchStream stream = dataset.stream()) {
                    assertThatThrownBy(stream::next)
                            .isInstanceOfSatisfying(ForebayException.class, e -> assertThat(e.kind())
                                    .isEqualTo(kind));
                }
            }
            assertThat(table.openReaders()).isZero();
        }
    }

    /** A unit that cannot be opened for all columns may be for some of them. */
    @Example
    void aUnitThatCannotBeOpenedHasBadRowsOnly() {
        MemoryTable table = table(List.of()).hooks(new MemoryTable.Hooks() {
            @Override
            public void opening(int unit) {
                if (unit == 1) {
                    throw ForebayException.corrupt("not to be opened");
                }
            }
        });
        Dataset dataset = forebay.dataset(table.location()).badRows(MASK).batchRows(40);
        for (Dataset read : List.of(dataset, dataset.shuffle(1), dataset.filter(Filter.parse("id >= 0")))) {
            try (BatchStream stream = read.stream()) {
                stream.forEach(batch -> {
                    try (batch) {
                        assertThat(batch.rows() - batch.invalidRows().length).isEqualTo(20);
                    }
                });
                assertThat(stream.progress().badRows()).isEqualTo(20);
            }
        }
        assertThat(table.openReaders()).isZero();
    }

    /** Where a format cannot tell which rows it has read wrongly, nothing that is masked now would help. */
    @Example
    void damageOfRowsThatCannotBeToldEndsTheStream() {
        MemoryTable table = table(List.of()).hooks(new MemoryTable.Hooks() {
            @Override
            public void decoding(int unit, String column, long[] rows) {
                if (unit == 1 && Arrays.stream(rows).anyMatch(row -> row == 19)) {
                    throw new DamagedRowsException(ForebayException.corrupt("rows are missing"), new RowRange(0, 0));
                }
            }
        });
        Dataset dataset = forebay.dataset(table.location()).badRows(MASK);
        for (Dataset read : List.of(
                dataset.batchRows(3),
                dataset.batchRows(100),
                dataset.shuffle(Shuffle.seed(1).tail(Tail.RAGGED)))) {
            try (BatchStream stream = read.stream()) {
                assertThatThrownBy(() -> stream.forEach(Batch::close))
                        .isInstanceOf(DamagedRowsException.class)
                        .hasMessageStartingWith("rows are missing");
            }
        }
    }

    /** A reader that cannot be closed keeps no other from it. */
    @Example
    void allReadersAreClosedIfOneFailsTo() {
        AtomicBoolean failing = new AtomicBoolean();
        Damage early = new Damage(true, 1, 1, Look.CORRUPT);
        MemoryTable table = table(List.of()).hooks(new MemoryTable.Hooks() {
            @Override
            public void decoding(int unit, String column, long[] rows) {
                early.check(column, 20L * unit, rows);
            }

            @Override
            public void closed(int unit) {
                if (failing.get()) {
                    throw new ForebayException(Kind.IO, "not closed");
                }
            }
        });
        Dataset dataset = forebay.dataset(table.location()).batchRows(2).badRows(MASK);
        BatchStream stream = dataset.threads(1).prefetch(1).stream();
        next(stream);
        assertThat(table.openReaders()).isEqualTo(2); // of all columns, and of the one with the bad row
        failing.set(true);
        assertThatThrownBy(stream::close).hasMessageStartingWith("not closed");
        assertThat(table.openReaders()).isZero();
    }

    @Example
    void whatNeedsAllRowsRefusesToGoOnBehindBadOnes() {
        assertThatThrownBy(() -> dataset(MASK).profile(0))
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                .hasMessageContaining("badRows=MASK");
        Dataset shuffled = dataset(MASK).shuffle(1);
        assertThatThrownBy(() -> Mixture.of(shuffled, 1).stream())
                .hasMessageContaining("a mixture does not go on behind bad rows")
                .hasMessageContaining("badRows=MASK");
        assertThatThrownBy(() -> shuffled.filter(Filter.parse("id > 3")).filterLocally(true).stream())
                .hasMessage("an order that is filtered locally does not go on behind bad rows: badRows=MASK");
    }

    /** The rows that pass are found before the first batch: what cannot be filtered is in no batch that could count it. */
    @Example
    void aShuffledReadFailsForDamageInItsFiltersColumns() {
        Dataset shuffled = dataset(MASK).shuffle(1);
        assertThatThrownBy(() -> shuffled.filter(Filter.parse("text is not null")).stream())
                .hasMessageStartingWith("bad text");
        Dataset unharmed = forebay.dataset(table(THREE.subList(0, 1)).location())
                .badRows(MASK)
                .shuffle(Shuffle.seed(1).tail(Tail.RAGGED))
                .batchRows(40);
        assertThat(badRows(unharmed.filter(Filter.parse("id > 12")))).isEqualTo(1);
    }

    /** Rows that the format knows of are not looked for, and where nothing is bad nothing is opened twice. */
    @Example
    void unitsAreOpenedNoMoreOftenThanNeedBe() {
        MemoryTable whole = table(List.of());
        assertThat(badRows(forebay.dataset(whole.location()).badRows(MASK))).isZero();
        assertThat(whole.unitsOpened()).hasSize(2);
        MemoryTable known = table(List.of(new Damage(true, 2, 15, Look.KNOWN)));
        assertThat(badRows(forebay.dataset(known.location()).badRows(MASK).threads(1)))
                .isEqualTo(15);
        assertThat(known.unitsOpened()).hasSizeLessThanOrEqualTo(5);
    }

    // ---- the quarantine's file

    @Example
    void eachBadRowIsWrittenDownOnce() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        String uri = table(THREE).location();
        Dataset dataset = forebay.dataset(uri)
                .batchRows(10)
                .badRows(BadRows.quarantine(file).atMost(3));
        try (BatchStream stream = dataset.stream()) {
            next(stream);
            assertThat(Files.readAllLines(file)).isEmpty();
            next(stream);
            assertThat(Files.readAllLines(file)).hasSize(2); // before the batch is used
            assertThatThrownBy(dataset::stream)
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE))
                    .hasMessageContaining("in use");
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines.get(0))
                .isEqualTo(
                        "{\"uri\":\"" + uri + "\",\"unit\":0,\"row\":12,\"column\":\"text\",\"error\":\"bad text\"}");
        List<String> all = List.of(
                lines.get(0),
                lines.get(1),
                "{\"uri\":\"" + uri + "\",\"unit\":1,\"row\":11,\"column\":\"id\",\"error\":\"bad id\"}");
        assertThat(badRows(dataset)).isEqualTo(3);
        assertThat(Files.readAllLines(file)).isEqualTo(all);
        Files.writeString(file, String.join("\n", all) + "\n{\"uri\":\"" + "x".repeat(999));
        assertThat(badRows(dataset)).isEqualTo(3);
        assertThat(Files.readAllLines(file)).isEqualTo(all);
        for (int cut = 0; cut < all.get(0).length(); cut += 17) { // what a run leaves that was killed
            Files.writeString(file, all.get(0) + "\n" + all.get(1).substring(0, cut));
            assertThat(badRows(dataset.shuffle(Shuffle.seed(cut).tail(Tail.PAD)).globalBatch(12)))
                    .isEqualTo(3);
            assertThat(Files.readAllLines(file)).containsExactlyInAnyOrderElementsOf(all);
        }
    }

    @Example
    void aFileOfOtherThingsIsLeftAlone() throws IOException {
        Path file = folder.resolve("other.txt");
        for (String content : List.of(
                "dear diary",
                "{\"version\":1}",
                "{\"uri\":1",
                "dear diary\n",
                "{\"uri\":\"a\"}\n",
                "{\"uri\":1,\"unit\":2,\"row\":3}\n",
                "\n")) {
            Files.writeString(file, content);
            assertThatThrownBy(() -> dataset(BadRows.quarantine(file)).stream())
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.USAGE));
            assertThat(file).hasContent(content);
        }
        Files.writeString(file, "", StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(badRows(dataset(BadRows.quarantine(file).atMost(9)))).isEqualTo(3);
        assertThatThrownBy(() -> dataset(BadRows.quarantine(folder.resolve("no/such/folder"))).stream())
                .isInstanceOfSatisfying(
                        ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.IO));
    }

    /** What was found of rows over the budget is written down too. */
    @Example
    void aStreamThatFailsLeavesTheRowsThatItFailedFor() throws IOException {
        Path file = folder.resolve("over.jsonl");
        requireOver(dataset(BadRows.quarantine(file).atMost(1)), 1);
        assertThat(Files.readAllLines(file)).hasSize(2);
        assertThat(Files.readAllLines(file).stream().collect(Collectors.joining()))
                .contains("\"row\":12", "\"row\":13");
    }
}
