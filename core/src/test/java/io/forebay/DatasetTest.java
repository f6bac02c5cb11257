// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.testkit.MemoryTable.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A data set is a value that narrows step by step, and refuses what makes no sense with the values it was given. */
class DatasetTest {
    private final Forebay forebay =
            Forebay.builder().threads(2).trackAllocations(true).build();
    private final MemoryTable table = MemoryTable.counting(10, 10, 10).withBounds();
    private final Dataset dataset = forebay.dataset(table.location());

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void narrowingReturnsAnotherValue() {
        dataset.limit(1).filter(Filter.parse("id > 5")).shard(1, 2);
        assertThat(Vectors.ids(dataset.stream())).hasSize(30);
    }

    @Test
    void unitsAreADataSetOfTheirOwn() {
        Dataset middle = dataset.units(1, 2);
        assertThat(middle.rows()).isEqualTo(10);
        assertThat(middle.unitCount()).isEqualTo(1);
        assertThat(Vectors.ids(middle.stream())).startsWith(10L).endsWith(19L).hasSize(10);
    }

    @Test
    void severalFiltersMustAllHold() {
        assertThat(Vectors.ids(dataset.filter(Filter.parse("id > 5")).filter(Filter.parse("id < 8")).stream()))
                .containsExactly(6L, 7L);
    }

    @Test
    void prunedUnitsAreNotOpened() {
        assertThat(Vectors.ids(dataset.filter(Filter.parse("id = 15")).stream()))
                .containsExactly(15L);
        assertThat(table.unitsOpened()).containsExactly(1);
    }

    @Test
    void explainSaysWhatWouldBeRead() {
        assertThat(dataset.filter(Filter.parse("id = 15")).explain())
                .hasToString(
                        """
                        reads 1 of 3 units, 80 of 240 bytes, in 1 requests if remote, rows 0 to 30 of 30
                        columns: id int64
                        filter: id = 15
                        ruled out by statistics: 2 units, 20 rows, 160 bytes
                        ruled out by bloom filters: 0 units, 0 rows, 0 bytes
                        ruled out by dictionaries: 0 units, 0 rows, 0 bytes
                        ruled out by page index: 0 units, 0 rows, 0 bytes""");
        assertThat(table.unitsOpened()).isEmpty();
    }

    @Test
    void indexesRuleOutRunsOfRows() {
        MemoryTable evens = MemoryTable.of(field("id", new ArrowType.Int(64, true)))
                .unit(new Object[] {0L}, new Object[] {2L}, new Object[] {4L}, new Object[] {6L})
                .withBounds()
                .withIndexes(2);
        Dataset all = forebay.dataset(evens.location()).batchRows(1);
        assertThat(all.filter(Filter.parse("id > 3")).explain().steps())
                .last()
                .isEqualTo(new Explanation.Step("page index", 0, 2, 16));
        assertThat(all.filter(Filter.parse("id = 3")).explain().steps())
                .element(1)
                .isEqualTo(new Explanation.Step("bloom filters", 1, 4, 32));
        assertThat(all.filter(Filter.parse("id > 2 and id < 6"))
                        .shard(0, 2)
                        .explain()
                        .steps())
                .last()
                .isEqualTo(new Explanation.Step("page index", 1, 4, 32));
        List<Long> rowsRead = new ArrayList<>();
        evens.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                rowsRead.add(row);
            }
        });
        assertThat(Vectors.ids(all.threads(1).filter(Filter.parse("id > 3")).stream()))
                .containsExactly(4L, 6L);
        assertThat(rowsRead).containsExactly(2L, 3L);
        assertThat(Vectors.ids(all.filter(Filter.parse("id = 3")).stream())).isEmpty();
        assertThat(evens.unitsOpened()).hasSize(1);
    }

    @Test
    void explainWarnsOfSmallFiles() {
        String[] locations = new String[150];
        for (int i = 0; i < locations.length; i++) {
            locations[i] = MemoryTable.counting(2).location();
        }
        Explanation many = forebay.dataset(locations).explain();
        assertThat(many.requests()).isEqualTo(150);
        assertThat(many.warnings())
                .containsExactly("the files are small, and each costs requests of its own: files=150, bytesPerFile=16");
        assertThat(many).asString().endsWith("\nwarning: " + many.warnings().get(0));
        assertThat(dataset.explain().warnings()).isEmpty();
    }

    @Test
    void columnsComeInTheOrderAskedFor() {
        MemoryTable two = MemoryTable.of(
                        field("a", new ArrowType.Int(64, true)), field("id", new ArrowType.Int(64, true)))
                .unit(new Object[] {1L, 2L}, new Object[] {3L, null});
        try (BatchStream batches = forebay.dataset(two.location()).select("id", "a").stream();
                Batch batch = batches.next()) {
            assertThat(batch.schema().getFields()).extracting(Field::getName).containsExactly("id", "a");
            assertThat(batch.column("a").getObject(1)).isEqualTo(3L);
            assertThat(batch.column("id").getObject(1)).isNull();
            assertThatThrownBy(() -> batch.column("b"))
                    .isInstanceOf(MissingColumnException.class)
                    .hasMessage("column must exist: column=b, columns=[id, a] [at batch]");
        }
    }

    @Test
    void columnsOfNullsAndListsCanBeGathered() {
        MemoryTable odd = MemoryTable.of(
                        field("id", new ArrowType.Int(64, true)),
                        field("nothing", new ArrowType.Null()),
                        field("large", new ArrowType.LargeUtf8()),
                        field("list", new ArrowType.List(), field("element", new ArrowType.Int(32, true))))
                .unit(new Object[] {0L, null, "a", List.of(1L, 2L)}, new Object[] {1L, null, null, null})
                .unit(new Object[] {2L, null, "b", List.of()}, new Object[] {3L, null, "c", List.of(3L)});
        try (BatchStream batches = forebay.dataset(odd.location()).stream();
                Batch batch = batches.next()) {
            assertThat(Vectors.ids(batch)).containsExactly(0L, 1L, 2L, 3L);
            assertThat(batch.column("nothing").getNullCount()).isEqualTo(4);
            assertThat(batch.column("large").getObject(3)).hasToString("c");
            assertThat(batch.column("list").getObject(0)).hasToString("[1,2]");
            assertThat(batch.column("list").getObject(1)).isNull();
        }
    }

    @Test
    void whatMakesNoSenseIsAUsageError() {
        assertThatThrownBy(() -> dataset.limit(-1)).hasMessage("limit must not be negative: limit=-1");
        assertThatThrownBy(() -> dataset.sample(-1, 0)).hasMessage("sample must not be negative: sample=-1");
        assertThatThrownBy(() -> dataset.batchRows(0)).hasMessage("batch rows must be positive: batchRows=0");
        assertThatThrownBy(() -> dataset.threads(0)).hasMessage("threads must be positive: threads=0");
        assertThatThrownBy(() -> dataset.shard(2, 2)).hasMessage("a rank must lie within its world: rank=2, world=2");
        assertThatThrownBy(() -> dataset.units(2, 4))
                .hasMessage("units must lie within the data set: from=2, to=4, units=3");
        assertThatThrownBy(() -> dataset.select("id", "id").schema())
                .hasMessage("a column can be selected once: column=id");
        assertThatThrownBy(() -> forebay.dataset(List.of()))
                .hasMessage("a data set needs at least one location: locations=0");
    }

    @Test
    void aSchemeThatNoStorageHandlesIsNamed() {
        assertThatThrownBy(() -> forebay.dataset("nowhere://bucket/key"))
                .isInstanceOf(ForebayException.class)
                .hasMessage("a storage on the class path must handle the location's scheme [at nowhere://bucket/key]");
    }

    @Test
    void aClosedContextDoesNoMoreWork() {
        forebay.close();
        assertThatThrownBy(dataset::stream).hasMessage("a closed context does no more work");
        assertThatThrownBy(() -> forebay.dataset(table.location())).hasMessage("a closed context does no more work");
    }

    @Test
    void progressCountsWhatWasDelivered() {
        try (BatchStream batches = dataset.batchRows(12).stream();
                Batch batch = batches.next()) {
            assertThat(batch.sizeBytes()).isPositive();
            assertThat(batches.progress().rows()).isEqualTo(12);
            assertThat(batches.progress().batches()).isEqualTo(1);
            assertThat(batches.progress().peakBytes()).isGreaterThanOrEqualTo(12 * 8);
        }
    }

    @Test
    void iteratorsShareThePosition() {
        try (BatchStream batches = dataset.batchRows(10).stream()) {
            batches.iterator().next().close();
            try (Batch second = batches.iterator().next()) {
                assertThat(second.firstRow()).isEqualTo(10);
            }
            batches.iterator().next().close();
            assertThat(batches.iterator().hasNext()).isFalse();
        }
    }

    /** A batch that was only looked for belongs to nobody who could close it, but for the stream. */
    @Test
    void aBatchLookedForAndNotTakenIsClosedWithTheStream() {
        BatchStream batches = dataset.stream();
        assertThat(batches.iterator().hasNext()).isTrue();
        batches.close();
        assertThat(forebay.memory().usedBytes()).isZero();
    }
}
