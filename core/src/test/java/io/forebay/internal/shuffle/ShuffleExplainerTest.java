// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Explanation.ShuffleFigures;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Shuffle;
import io.forebay.StepOrder;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of a shuffled read before it is the case when it is read. */
class ShuffleExplainerTest {
    /** Counts the neighbours that really come in one global batch. */
    @ParameterizedTest
    @CsvSource({"1,1000", "1,10000", "48,1", "48,100", "48,250", "48,1000", "12,64", "5,7"})
    void theShareOfNeighboursInOneBatchIsTheOneThatIsFound(int lanes, int window) {
        int unit = 1000;
        long[] units = new long[96];
        Arrays.fill(units, unit);
        EpochOrder order = new EpochOrder(units, Shuffle.seed(3).lanes(lanes).window(window));
        int globalBatch = 960;
        long[] batchOf = new long[(int) order.rows()];
        EpochOrder.RowFinder finder = order.finder();
        for (int g = 0; g < batchOf.length; g++) {
            batchOf[(int) finder.row(g)] = g / globalBatch;
        }
        int together = 0;
        int pairs = 0;
        for (int row = 0; row + 1 < batchOf.length; row++) {
            if (row % unit != unit - 1) {
                pairs++;
                together += batchOf[row] == batchOf[row + 1] ? 1 : 0;
            }
        }
        double found = together / (double) pairs;
        assertThat(ShuffleExplainer.adjacentShare(order, globalBatch)).isCloseTo(found, within(0.003 + found / 12));
    }

    @Test
    void aReadThatDoesNotFitIsRefusedBeforeAnythingIsRead() {
        MemoryTable table = MemoryTable.counting(20_000, 20_000);
        try (Forebay forebay = Forebay.builder().memoryLimit("64KiB").build()) {
            Dataset dataset =
                    forebay.dataset(table.location()).shuffle(Shuffle.seed(1).window(1024));
            ShuffleFigures figures = dataset.explain().shuffle();
            assertThat(figures.refusal()).contains("fewer lanes", "budget=65536");
            assertThatThrownBy(dataset::stream)
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(ForebayException.Kind.LIMIT))
                    .hasMessageContaining(figures.refusal());
            assertThat(table.unitsOpened()).isEmpty();
        }
    }

    /** Strings of which the file says that they take eight bytes take a thousand. */
    @Test
    void rowsThatTakeMoreThanTheirFilesSayAreReadInTheWayThatTakesLeast() {
        MemoryTable table = MemoryTable.of(
                MemoryTable.field("id", new ArrowType.Int(64, true)), MemoryTable.field("text", new ArrowType.Utf8()));
        String text = "x".repeat(1000);
        for (int unit = 0; unit < 4; unit++) {
            long first = unit * 3000L;
            table.unit(LongStream.range(first, first + 3000)
                    .mapToObj(id -> new Object[] {id, text})
                    .toArray(Object[][]::new));
        }
        try (Forebay forebay =
                Forebay.builder().memoryLimit("4MiB").trackAllocations(true).build()) {
            Dataset dataset = forebay.dataset(table.location())
                    .shuffle(Shuffle.seed(1).lanes(12).window(50))
                    .globalBatch(100);
            StepOrder order = dataset.order();
            long step = 0;
            try (BatchStream batches = dataset.stream()) {
                for (Batch batch : batches) {
                    try (batch) {
                        assertThat(Vectors.ids(batch))
                                .isEqualTo(
                                        Arrays.stream(order.rows(step)).boxed().toList());
                        assertThat(batch.checkpoint()).isEqualTo(order.stateAfter(step++));
                    }
                }
            }
            assertThat(step).isEqualTo(order.steps());
        }
        assertThat(table.openReaders()).isZero();
    }

    @Test
    void figuresAreThoseOfTheRead() {
        MemoryTable table = MemoryTable.counting(5_000, 7_000);
        try (Forebay forebay = Forebay.open()) {
            Dataset dataset = forebay.dataset(table.location())
                    .shuffle(Shuffle.seed(1).lanes(12).window(100))
                    .globalBatch(400)
                    .shard(1, 4);
            ShuffleFigures figures = dataset.explain().shuffle();
            assertThat(figures.rows()).isEqualTo(12_000);
            assertThat(figures.steps()).isEqualTo(30).isEqualTo(dataset.order().steps());
            assertThat(figures.batchRows()).isEqualTo(100);
            assertThat(figures.lanes()).isEqualTo(3);
            assertThat(figures.refusal()).isEmpty();
            assertThat(dataset.explain().toString()).contains("30 steps of 100 rows", "neighbours in one batch");
        }
    }
}
