// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Sink;
import io.forebay.oracle.parquet.ParquetOracle;
import io.forebay.parquet.Compression;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files of many writers: Forebay reads the good ones as parquet-java does, and refuses the broken ones
 * with a typed error, in time, and with nothing left in memory.
 */
class CorporaTest {
    private static final String FOLDER = "parquet/good/";

    /** Good files that carry wrong page checksums, which must be refused. */
    private static final Set<String> WRONG_CHECKSUMS = Set.of(
            FOLDER + "parquet-testing/data/datapage_v1-corrupt-checksum.parquet",
            FOLDER + "parquet-testing/data/rle-dict-uncompressed-corrupt-checksum.parquet");

    /** A good file whose first row begins with a repetition level that goes on with a list; other readers pass over it. */
    private static final String CONTRADICTORY_LEVELS = FOLDER + "parquet-testing/bad_data/ARROW-GH-45185.parquet";

    /** Good files that parquet-java cannot read. */
    private static final Set<String> BEYOND_THE_ORACLE = Set.of(
            FOLDER + "hyparquet/files/strings.parquet",
            FOLDER + "arrow-testing/data/parquet/fuzzing/"
                    + "clusterfuzz-testcase-minimized-parquet-arrow-fuzz-5068991573000192");

    private static final Duration TIME_MAX = Duration.ofSeconds(30);
    private static final int BATCH_ROWS = 1000;

    /** Files of so many rows are read row by row, too, and whole. */
    private static final int SMALL_ROWS_MAX = 1200;

    /** Bounds the boxed values that a comparison holds. */
    private static final long CELLS_AT_ONCE = 500_000;

    /** Columns of a file that are filtered: of so many the first. */
    private static final int FILTERED_COLUMNS_MAX = Integer.getInteger("forebay.filtered.columns", 2);

    private static final long BATCHES_MAX = 2_000;
    private static final long WRITTEN_ROWS_MAX = 2_500;

    @TempDir
    Path written;

    private int folders;

    @TestFactory
    Stream<DynamicTest> goodFilesReadAsParquetJavaReadsThem() {
        return tests(Corpora.parquet("good"), CorporaTest::isSound, CorporaTest::compare);
    }

    @TestFactory
    Stream<DynamicTest> whatIsWrittenAgainReadsTheSame() {
        return tests(Corpora.parquet("good"), CorporaTest::isSound, this::writeAgain);
    }

    @TestFactory
    Stream<DynamicTest> pruningChangesNoResult() {
        return tests(Corpora.parquet("good"), CorporaTest::isSound, CorporaTest::comparePruned);
    }

    @TestFactory
    Stream<DynamicTest> wrongChecksumsAndContradictoryLevelsAreRefused() {
        return tests(Corpora.parquet("good"), entry -> !isSound(entry), (entry, forebay) -> assertThatThrownBy(
                        () -> drain(entry, forebay))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.CORRUPT))
                .hasMessageContaining(WRONG_CHECKSUMS.contains(entry.name()) ? "checksum" : "levels"));
    }

    static boolean isSound(Corpora.Entry entry) {
        return !WRONG_CHECKSUMS.contains(entry.name()) && !entry.name().equals(CONTRADICTORY_LEVELS);
    }

    @TestFactory
    Stream<DynamicTest> filesOfOneReaderHaveItsRowsOrAreRefused() {
        return tests(Corpora.parquet("single"), entry -> true, CorporaTest::readOrRefuse);
    }

    @TestFactory
    Stream<DynamicTest> brokenFilesAreReadOrRefused() {
        return tests(Corpora.parquet("rejected"), entry -> true, CorporaTest::readOrRefuse);
    }

    @TestFactory
    Stream<DynamicTest> hostileFilesAreReadInBoundsOrRefused() {
        return tests(Corpora.hostile(), entry -> true, CorporaTest::readOrRefuse);
    }

    /** What is done with a file. */
    @FunctionalInterface
    private interface Check {
        void run(Corpora.Entry entry, Forebay forebay) throws IOException;
    }

    /** A test for each file, in a context of its own whose closing fails when a buffer is still held. */
    private static Stream<DynamicTest> tests(
            List<Corpora.Entry> entries, Predicate<Corpora.Entry> wanted, Check check) {
        return entries.stream()
                .filter(wanted)
                .map(entry -> dynamicTest(
                        entry.name(),
                        () -> assertTimeoutPreemptively(TIME_MAX, () -> {
                            try (Forebay forebay = Forebay.builder()
                                    .memoryLimit("64MiB")
                                    .threads(2)
                                    .build()) {
                                check.run(entry, forebay);
                                assertThat(forebay.memory().usedBytes()).isZero();
                            }
                        })));
    }

    private static void compare(Corpora.Entry entry, Forebay forebay) throws IOException {
        Dataset dataset = forebay.dataset(entry.path().toString());
        assertThat(dataset.rows()).isEqualTo(entry.rows());
        List<String> names =
                dataset.schema().getFields().stream().map(Field::getName).toList();
        int columnsAtOnce = (int) Math.max(1, CELLS_AT_ONCE / Math.max(1, entry.rows()));
        for (int from = 0; from < names.size(); from += columnsAtOnce) {
            compare(entry, dataset, names.subList(from, Math.min(names.size(), from + columnsAtOnce)));
        }
    }

    private static void compare(Corpora.Entry entry, Dataset dataset, List<String> names) throws IOException {
        Dataset some = dataset.select(names.stream().map(ColumnPath::ofName).toList());
        Map<String, List<Object>> expected =
                BEYOND_THE_ORACLE.contains(entry.name()) ? Map.of() : ParquetOracle.read(entry.path(), names);
        try {
            Columns whole = Columns.read(some, BATCH_ROWS);
            assertThat(whole.rows()).isEqualTo(entry.rows());
            expected.forEach(whole::requireEqual);
            expected.forEach(Columns.readShards(some, BATCH_ROWS / 7, 3)::requireEqual);
            Columns.read(Columns.encoded(some), BATCH_ROWS / 3).requireEqual(whole);
            Columns.read(some.badRows(BadRows.mask().atMost(0)), BATCH_ROWS).requireEqual(whole);
            for (int batchRows : entry.rows() <= SMALL_ROWS_MAX ? List.of(1, 7, SMALL_ROWS_MAX) : List.<Integer>of()) {
                expected.forEach(Columns.read(some, batchRows)::requireEqual);
            }
        } catch (ForebayException e) {
            if (e.kind() == Kind.UNSUPPORTED) {
                abort("not read yet: " + e.getMessage());
            }
            throw e;
        }
    }

    /** Filters each column by values of its own, with statistics and indexes and without. */
    private static void comparePruned(Corpora.Entry entry, Forebay forebay) {
        Dataset dataset = forebay.dataset(entry.path().toString());
        List<Field> fields = Filters.filterable(dataset.schema());
        assumeFalse(entry.rows() > CELLS_AT_ONCE, "more rows than a comparison holds");
        assumeFalse(fields.isEmpty(), "no column that filters compare");
        for (Field field : fields.subList(0, Math.min(fields.size(), FILTERED_COLUMNS_MAX))) {
            Dataset column = dataset.select(List.of(ColumnPath.ofName(field.getName())));
            List<Object> values;
            try {
                values =
                        Columns.read(column.limit(WRITTEN_ROWS_MAX), BATCH_ROWS).of(field.getName());
            } catch (ForebayException e) {
                Corpora.requireMeant(e);
                return;
            }
            for (Filter filter : Filters.of(field, values)) {
                Dataset filtered = column.filter(filter);
                Columns.read(filtered, BATCH_ROWS / 10)
                        .requireEqual(Columns.read(filtered.prune(false), BATCH_ROWS / 10));
            }
        }
    }

    /** Writes the first rows of a file in several parts; Forebay and parquet-java must read from them what was written. */
    private void writeAgain(Corpora.Entry entry, Forebay forebay) throws IOException {
        Dataset dataset = flat(forebay.dataset(entry.path().toString())).limit(WRITTEN_ROWS_MAX);
        assumeFalse(dataset.schema().getFields().isEmpty(), "no flat column");
        Path folder = written.resolve(Integer.toString(folders++));
        Columns before;
        try {
            before = Columns.read(dataset, BATCH_ROWS);
        } catch (ForebayException e) {
            Corpora.requireMeant(e);
            return;
        }
        Compression[] codecs = Compression.values();
        Sink sink = ParquetSink.at(folder).partRows(BATCH_ROWS).compression(codecs[folders % codecs.length]);
        write(folders % 2 == 0 ? dataset : Columns.encoded(dataset), sink);
        Dataset again = forebay.dataset(folder.toString());
        assertThat(again.schema()).isEqualTo(dataset.schema());
        Columns.read(again, BATCH_ROWS).requireEqual(before);
        ParquetOracle.readFolder(folder, before.names()).forEach(before::requireEqual);
    }

    private static void write(Dataset dataset, Sink sink) {
        try (BatchStream stream = dataset.batchRows(BATCH_ROWS / 3).stream();
                Sink.Writer writer = sink.open(dataset.context(), dataset.schema(), false)) {
            for (Batch batch : stream) {
                try (batch) {
                    writer.write(batch);
                }
            }
            writer.finish();
        }
    }

    private static void readOrRefuse(Corpora.Entry entry, Forebay forebay) {
        try {
            long rows = drain(entry, forebay);
            if (entry.rows() >= 0) {
                assertThat(rows).isEqualTo(entry.rows());
            }
        } catch (ForebayException e) {
            Corpora.requireMeant(e);
        }
    }

    /** Reads a file, or the first {@link #BATCHES_MAX} batches of a long one; returns the rows. */
    private static long drain(Corpora.Entry entry, Forebay forebay) {
        Dataset dataset = forebay.dataset(entry.path().toString());
        long rows = 0;
        try (BatchStream stream = dataset.stream()) {
            for (int i = 0; i < BATCHES_MAX; i++) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }

    private static Dataset flat(Dataset dataset) {
        return dataset.select(dataset.schema().getFields().stream()
                .filter(field -> field.getChildren().isEmpty())
                .map(field -> ColumnPath.ofName(field.getName()))
                .toList());
    }
}
