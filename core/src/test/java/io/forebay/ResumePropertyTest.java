// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static io.forebay.Filter.col;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;

/** A read cut at any batches, six times in a row, delivers what an uninterrupted one does. */
class ResumePropertyTest {
    private static final int CUTS = 6;

    private Forebay forebay;

    @BeforeProperty
    void open() {
        forebay = Forebay.builder().threads(3).build();
    }

    @AfterProperty
    void close() {
        forebay.close();
    }

    @Property(tries = 200)
    void resumedEqualsUninterrupted(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 12) int batchRows,
            @ForAll @IntRange(min = 1, max = 3) int world,
            @ForAll @IntRange(max = 15) int selection,
            @ForAll Random random) {
        Dataset dataset =
                selected(unitRows, selection, random).batchRows(batchRows).shard(random.nextInt(world), world);
        assertThat(inPieces(dataset, random)).isEqualTo(Vectors.ids(dataset.stream()));
    }

    @Property(tries = 60)
    void batchRowsAndThreadsMayChangeAtACheckpoint(
            @ForAll @Size(max = 8) List<@IntRange(max = 20) Integer> unitRows,
            @ForAll @IntRange(min = 1, max = 12) int batchRows,
            @ForAll Random random) {
        Dataset dataset = selected(unitRows, 0, random).batchRows(batchRows);
        List<Long> ids = new ArrayList<>();
        Checkpoint state = read(dataset, null, 1, ids);
        read(dataset.batchRows(1 + random.nextInt(9)).threads(1), state, Integer.MAX_VALUE, ids);
        assertThat(ids).isEqualTo(Vectors.ids(dataset.stream()));
    }

    /** The bits of {@code selection} turn on a filter, a limit, a sample, and the pruning of units. */
    private Dataset selected(List<Integer> unitRows, int selection, Random random) {
        MemoryTable table = MemoryTable.counting(
                        unitRows.stream().mapToInt(Integer::intValue).toArray())
                .withBounds()
                .withIndexes(random.nextInt(4));
        Dataset dataset = forebay.dataset(table.location()).prune((selection & 8) != 0);
        int rows = 1 + (int) dataset.rows();
        if ((selection & 1) != 0) {
            int pivot = random.nextInt(rows);
            dataset = dataset.filter(col("id").lt(pivot).or(col("id").oneOf(pivot + 3, pivot + 5)));
        }
        if ((selection & 2) != 0) {
            dataset = dataset.limit(random.nextInt(rows + 5));
        }
        return (selection & 4) != 0 ? dataset.sample(random.nextInt(rows), random.nextLong()) : dataset;
    }

    private static List<Long> inPieces(Dataset dataset, Random random) {
        List<Long> ids = new ArrayList<>();
        Checkpoint state = null;
        for (int cut = 0; cut < CUTS; cut++) {
            state = read(dataset, state, random.nextInt(4), ids);
        }
        read(dataset, state, Integer.MAX_VALUE, ids);
        return ids;
    }

    /** Reads some batches, and carries the state over as JSON. */
    private static Checkpoint read(Dataset dataset, Checkpoint from, int batches, List<Long> ids) {
        try (BatchStream stream = from == null ? dataset.stream() : dataset.stream(from)) {
            for (int i = 0; i < batches; i++) {
                try (Batch batch = stream.next()) {
                    if (batch == null) {
                        break;
                    }
                    ids.addAll(Vectors.ids(batch));
                }
            }
            return Checkpoint.fromJson(stream.checkpoint().toJson());
        }
    }
}
