// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Shuffle.Tail;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Readers;
import io.forebay.testkit.Vectors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * A manifest and a shuffled order of it. Its table has the columns {@code id}, the number of the row, and {@code text}, which
 * tells the same or is null.
 *
 * @param layout how its units are held: see {@link Layout}
 */
record OrderCase(List<Integer> unitRows, Shuffle shuffle, int globalBatch, Layout layout) {
    /** All divide every global batch. */
    static final List<Integer> WORLDS = List.of(1, 2, 3, 4, 6, 12);

    /** Values that claim so many bytes are not held by the unit. */
    private static final long MANY_BYTES = 1 << 24;

    /** Units whose columns claim so many bytes are not held open. */
    private static final long TOO_MANY_BYTES = 1 << 30;

    /** Whether units are small enough to be held as a whole while lanes read them, or to be held open by each lane, or neither. */
    enum Layout {
        WHOLE_UNITS,
        PARTS,
        PARTS_OF_ROWS,
        REOPENED
    }

    static Arbitrary<OrderCase> any() {
        Arbitrary<List<Integer>> units = Arbitraries.oneOf(
                        Arbitraries.of(0, 1, 2),
                        Arbitraries.integers().between(1, 60),
                        Arbitraries.integers().between(1, 200))
                .list()
                .ofMinSize(0)
                .ofMaxSize(10);
        Arbitrary<Integer> lanes = Arbitraries.oneOf(
                Arbitraries.of(1, 3, 12, 48), Arbitraries.integers().between(1, 20));
        Arbitrary<Integer> window = Arbitraries.oneOf(
                Arbitraries.of(1, 7, 32, 1000), Arbitraries.integers().between(1, 40));
        return Combinators.combine(
                        units,
                        lanes,
                        window,
                        Arbitraries.longs(),
                        Arbitraries.longs().between(0, 4),
                        Arbitraries.of(Tail.class),
                        Arbitraries.of(12, 24, 36, 60, 120),
                        Arbitraries.of(Layout.class))
                .as((unitRows, laneCount, windowRows, seed, epoch, tail, globalBatch, layout) -> new OrderCase(
                        unitRows, new Shuffle(seed, epoch, laneCount, windowRows, tail, null), globalBatch, layout));
    }

    int rows() {
        return unitRows.stream().mapToInt(Integer::intValue).sum();
    }

    OrderCase tail(Tail tail) {
        return new OrderCase(unitRows, shuffle.tail(tail), globalBatch, layout);
    }

    MemoryTable table() {
        MemoryTable table = MemoryTable.of(
                MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));
        long first = 0;
        for (int rows : unitRows) {
            table.unit(LongStream.range(first, first + rows)
                    .mapToObj(id -> new Object[] {id, text(id)})
                    .toArray(Object[][]::new));
            first += rows;
        }
        if (layout != Layout.WHOLE_UNITS) {
            table.claimingBytes(MANY_BYTES);
        }
        if (layout == Layout.REOPENED) {
            table.claimingOpenBytes(TOO_MANY_BYTES);
        }
        return switch (layout) {
            case PARTS -> table.sharingReaders();
            case PARTS_OF_ROWS -> table.oneLane();
            default -> table;
        };
    }

    private static String text(long id) {
        return id % 7 == 0 ? null : "row " + id;
    }

    Dataset dataset(Forebay forebay, MemoryTable table) {
        return forebay.dataset(table.location()).shuffle(shuffle).globalBatch(globalBatch);
    }

    /** The rows of each step that all readers of a world take together. */
    static List<List<Long>> globalBatches(Dataset dataset, int world) {
        List<StepOrder> ranks = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            ranks.add(dataset.shard(rank, world).order());
        }
        List<List<Long>> batches = new ArrayList<>();
        for (long step = 0; step < ranks.get(0).steps(); step++) {
            long at = step;
            batches.add(Readers.together(ranks.stream()
                    .map(rank -> Arrays.stream(rank.rows(at)).boxed().toList())
                    .toList()));
        }
        return batches;
    }

    /** What readers of one epoch get in each step, padding with the rows that fill it up. */
    static List<List<Long>> expected(Dataset dataset) {
        List<List<Long>> batches = globalBatches(dataset, 1);
        List<Long> epoch = batches.stream().flatMap(List::stream).toList();
        long valid = epoch.stream().filter(row -> row != StepOrder.PADDING).count();
        List<List<Long>> filled = new ArrayList<>();
        int place = 0;
        for (List<Long> batch : batches) {
            List<Long> rows = new ArrayList<>();
            for (int i = 0; i < batch.size(); i++, place++) {
                rows.add(epoch.get((int) (place % valid)));
            }
            filled.add(rows);
        }
        return filled;
    }

    /** The ids of a batch, of which the other column must tell the same. */
    static List<Long> ids(Batch batch) {
        List<Long> ids = Vectors.ids(batch);
        FieldVector text = batch.column("text");
        for (int row = 0; row < ids.size(); row++) {
            Object value = text.getObject(row);
            assertThat(value == null ? null : value.toString()).isEqualTo(text(ids.get(row)));
        }
        return ids;
    }
}
