// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import static io.forebay.internal.plan.OrderVectors.longs;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.forebay.Shuffle;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Orders equal their vectors, in any sequence of questions, and cost what the units cost. */
class EpochOrderTest {
    static Stream<JsonNode> orders() {
        return OrderVectors.of("orders");
    }

    @ParameterizedTest
    @MethodSource("orders")
    void anEpochHasTheRowsOfItsVector(JsonNode vector) {
        EpochOrder order = order(vector);
        EpochOrder.RowFinder finder = order.finder();
        assertThat(LongStream.range(0, order.rows()).map(finder::row).toArray()).isEqualTo(longs(vector.get("rows")));
    }

    /** A finder that remembers a window too long answers with the rows of another one. */
    @ParameterizedTest
    @MethodSource("orders")
    void aFinderMayBeAskedBackwards(JsonNode vector) {
        long[] rows = longs(vector.get("rows"));
        EpochOrder.RowFinder finder = order(vector).finder();
        for (int g = rows.length - 1; g >= 0; g--) {
            assertThat(finder.row(g)).isEqualTo(rows[g]);
        }
    }

    @ParameterizedTest
    @MethodSource("orders")
    void lanesTileTheSequenceAndRowsLieInTheirUnits(JsonNode vector) {
        EpochOrder order = order(vector);
        long start = 0;
        for (int lane = 0; lane < order.lanes(); lane++) {
            assertThat(order.laneStart(lane)).isEqualTo(start);
            start += order.laneRows(lane);
        }
        assertThat(start).isEqualTo(order.rows());
        long[] unitRows = longs(vector.get("unitRows"));
        for (long place = 0; place < order.rows(); place++) {
            int unit = order.unitOf(order.runAt(place));
            long row = order.rowAt(place);
            assertThat(order.unitOfRow(row)).isEqualTo(unit);
            assertThat(row - order.firstRowOf(unit)).isBetween(0L, unitRows[unit] - 1);
            assertThat(place - order.runStart(order.runAt(place))).isEqualTo(row - order.firstRowOf(unit));
        }
    }

    /** The order of 2^50 rows: whoever lists them never ends. */
    @Test
    void planningCostsTheUnitsAndNotTheRows() {
        long[] unitRows = new long[1024];
        Arrays.fill(unitRows, 1L << 40);
        Assertions.assertTimeoutPreemptively(Duration.ofSeconds(10), () -> {
            EpochOrder order = new EpochOrder(unitRows, Shuffle.seed(-5).lanes(48));
            EpochOrder.RowFinder finder = order.finder();
            assertThat(order.rows()).isEqualTo(1L << 50);
            long[] rows = LongStream.iterate(0, g -> g < order.rows(), g -> g + (1L << 37) + 1)
                    .map(finder::row)
                    .toArray();
            assertThat(rows).doesNotHaveDuplicates();
            assertThat(finder.row(order.rows() - 1)).isBetween(0L, order.rows() - 1);
        });
    }

    /** Were each lane's memory a whole window, however few rows the lane has, this would take 64 GiB. */
    @Test
    void theLargestWindowsOfTheMostLanesTakeNoMoreMemoryThanTheirRows() {
        EpochOrder order = new EpochOrder(
                new long[] {50_000}, Shuffle.seed(1).lanes(1 << 14).window(1 << 20));
        EpochOrder.RowFinder finder = order.finder();
        assertThat(LongStream.range(0, order.rows()).map(finder::row).distinct())
                .hasSize(50_000);
    }

    private static EpochOrder order(JsonNode vector) {
        Shuffle shuffle = Shuffle.seed(vector.get("seed").longValue())
                .epoch(vector.get("epoch").longValue())
                .lanes(vector.get("lanes").intValue())
                .window(vector.get("window").intValue());
        return new EpochOrder(longs(vector.get("unitRows")), shuffle);
    }
}
