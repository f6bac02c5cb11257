// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static io.forebay.oracle.parquet.IndexedFile.PAGE_ROWS;
import static io.forebay.oracle.parquet.IndexedFile.ROWS;
import static io.forebay.oracle.parquet.IndexedFile.ROW_GROUP_ROWS;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Dataset;
import io.forebay.Explanation;
import io.forebay.Filter;
import io.forebay.Forebay;
import io.forebay.oracle.parquet.IndexedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What indexes rule out is not read, counted in bytes asked of the storage, and no row is lost by it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PrunedReadTest {
    /** Local files are read in windows, of which the last may be for little. */
    private static final long WINDOW_BYTES = 512 << 10;

    private final CountingStorage storage = new CountingStorage(false, false);
    private Forebay forebay;
    private Dataset dataset;
    private long fileBytes;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        Path path = folder.resolve("indexed.parquet");
        IndexedFile.write(path, 1);
        fileBytes = Files.size(path);
        forebay = Forebay.builder().threads(2).storage(storage).build();
        dataset = forebay.dataset(path.toString());
    }

    @AfterAll
    void close() {
        forebay.close();
    }

    @Test
    void statisticsRuleOutRowGroups() {
        Explanation explanation = requireSame("id < 100000");
        assertThat(explanation.unitsRead()).isEqualTo(1);
        requireRuledOut(explanation, "statistics", 2, 2 * ROW_GROUP_ROWS);
        assertThat(bytesRead("id < 100000")).isLessThan(fileBytes / 2);
    }

    @Test
    void theColumnIndexRulesOutPages() {
        String filter = "id >= 150000 and id < 151000";
        Explanation explanation = requireSame(filter);
        requireRuledOut(explanation, "statistics", 2, 2 * ROW_GROUP_ROWS);
        requireRuledOut(explanation, "page index", 0, ROW_GROUP_ROWS - PAGE_ROWS);
        assertThat(explanation.bytesRead()).isBetween(3L * PAGE_ROWS * Long.BYTES, 4L * PAGE_ROWS * Long.BYTES);
        assertThat(bytesRead(filter))
                .as("a window a column, and the indexes")
                .isLessThan(4 * WINDOW_BYTES + (64 << 10));
    }

    @Test
    void pagesAreRuledOutForTheColumnsThatNobodyFilters() {
        Dataset narrow = dataset.select("payload").filter(Filter.parse("id = 299999"));
        storage.takeBytes();
        assertThat(Columns.read(narrow, 1000).rows()).isEqualTo(1);
        assertThat(storage.takeBytes()).isLessThan(2 * WINDOW_BYTES + (64 << 10));
    }

    @Test
    void bloomFiltersRuleOutValuesWithinTheBounds() {
        String filter = "key = 1001";
        requireRuledOut(requireSame(filter), "bloom filters", 3, ROWS);
        assertThat(bytesRead(filter)).as("the filters alone").isBetween(1L, fileBytes / 5);
        requireRuledOut(requireSame("key in (1001, 70001)"), "bloom filters", 3, ROWS);
        requireRuledOut(requireSame("key = 1001 or id = 5"), "bloom filters", 2, 2 * ROW_GROUP_ROWS);
        assertThat(requireSame("key != 1001").unitsRead()).isEqualTo(3);
    }

    @Test
    void dictionariesRuleOutValuesWithinTheBounds() {
        requireRuledOut(requireSame("word = 'dog'"), "dictionaries", 3, ROWS);
        assertThat(bytesRead("word = 'dog'")).as("the dictionaries alone").isBetween(1L, 4 * WINDOW_BYTES);
        requireRuledOut(requireSame("word in ('dog', 'cow')"), "dictionaries", 3, ROWS);
        assertThat(requireSame("word = 'bee'").unitsRead()).isEqualTo(3);
        assertThat(requireSame("not (word = 'dog')").unitsRead()).isEqualTo(3);
        assertThat(requireSame("word is null").unitsRead()).isEqualTo(3);
    }

    @Test
    void withoutPruningEverythingIsRead() {
        Dataset all = dataset.filter(Filter.parse("key = 1001")).prune(false);
        storage.takeBytes();
        assertThat(Columns.read(all, 1000).rows()).isZero();
        assertThat(storage.takeBytes()).isGreaterThan(ROWS * Long.BYTES);
        assertThat(all.explain().steps()).isEmpty();
    }

    /** A filter has the same rows with and without what prunes, in shards too. */
    private Explanation requireSame(String filter) {
        Dataset filtered = dataset.filter(Filter.parse(filter));
        Columns expected = Columns.read(filtered.prune(false), 1000);
        Columns.read(filtered, 1000).requireEqual(expected);
        Columns.readShards(filtered, 700, 7).requireEqual(expected);
        return filtered.explain();
    }

    private static void requireRuledOut(Explanation explanation, String by, int units, long rows) {
        List<Explanation.Step> steps = explanation.steps().stream()
                .filter(step -> step.by().equals(by))
                .toList();
        assertThat(steps).singleElement().satisfies(step -> {
            assertThat(step.units()).isEqualTo(units);
            assertThat(step.rows()).isEqualTo(rows);
            assertThat(step.bytes()).isGreaterThanOrEqualTo(rows * Long.BYTES);
        });
    }

    private long bytesRead(String filter) {
        storage.takeBytes();
        Columns.read(dataset.filter(Filter.parse(filter)), 1000);
        return storage.takeBytes();
    }
}
