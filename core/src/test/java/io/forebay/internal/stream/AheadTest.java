// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.testkit.MemoryTable;
import io.forebay.testkit.Vectors;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Units behind a network are opened before their turn, as far as memory goes, and nothing else changes by it. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class AheadTest {
    private static final int UNITS = 200;
    private static final int UNIT_ROWS = 1_000;
    private static final int UNIT_BYTES = 8 * UNIT_ROWS;

    private final Forebay forebay =
            Forebay.builder().memoryLimit("1MiB").threads(1).build();
    private final MemoryTable table = MemoryTable.counting(
                    IntStream.range(0, UNITS).map(unit -> UNIT_ROWS).toArray())
            .remote();

    @AfterEach
    void nothingIsLeft() {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
        assertThat(table.openReaders()).as("open readers").isZero();
    }

    @Test
    void theOrderIsWhatItWas() {
        assertThat(Vectors.ids(dataset().stream()))
                .isEqualTo(LongStream.range(0, (long) UNITS * UNIT_ROWS).boxed().toList());
        assertThat(table.unitsOpened())
                .isEqualTo(IntStream.range(0, UNITS).boxed().toList());
    }

    @Test
    void asManyUnitsAreOpenAsFitAQuarterOfTheMemory() {
        AtomicInteger mostOpen = new AtomicInteger();
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void reading(int unit, int lane, long row) {
                mostOpen.accumulateAndGet(table.openReaders(), Math::max);
            }
        });
        try (BatchStream stream = dataset().stream()) {
            stream.next().close();
            assertThat(table.unitsOpened().size())
                    .as("as many as were begun, and one")
                    .isLessThanOrEqualTo(8);
            for (Batch batch : stream) {
                batch.close();
            }
        }
        int ahead = (1 << 20) / 4 / UNIT_BYTES;
        assertThat(mostOpen).hasValueBetween(ahead / 2, ahead + 8);
    }

    @Test
    void nothingBeyondTheLastRowIsOpened() {
        Vectors.ids(dataset().limit(3 * UNIT_ROWS + 1).stream());
        assertThat(table.unitsOpened()).containsExactly(0, 1, 2, 3);
    }

    @Test
    void aStreamIsClosedWithUnitsAhead() {
        try (BatchStream stream = dataset().stream()) {
            for (int i = 0; i < 20; i++) {
                stream.next().close();
            }
            assertThat(table.openReaders()).isGreaterThan(5);
        }
        assertThat(table.openReaders()).isZero();
    }

    @Test
    void aUnitThatCannotBeOpenedFailsInItsTurn() {
        table.hooks(new MemoryTable.Hooks() {
            @Override
            public void opening(int unit) {
                if (unit == 50) {
                    throw ForebayException.io("unit must open");
                }
            }
        });
        try (BatchStream stream = dataset().batchRows(UNIT_ROWS).stream()) {
            for (int unit = 0; unit < 50; unit++) {
                stream.next().close();
            }
            assertThatThrownBy(stream::next).hasMessageStartingWith("unit must open");
        }
    }

    @Test
    void localUnitsAreOpenedInTheirTurn() {
        MemoryTable local = MemoryTable.counting(100, 100, 100, 100);
        try (BatchStream stream = forebay.dataset(local.location()).batchRows(10).stream()) {
            stream.next().close();
            assertThat(local.unitsOpened()).isEqualTo(List.of(0));
        }
    }

    private Dataset dataset() {
        return forebay.dataset(table.location()).batchRows(300);
    }
}
