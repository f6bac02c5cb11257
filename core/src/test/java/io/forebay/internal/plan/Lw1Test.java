// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import static io.forebay.internal.plan.OrderVectors.longs;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The generator equals its vectors bit for bit, and shuffles windows evenly. */
class Lw1Test {
    private static final int WINDOWS = 4_000;

    static Stream<JsonNode> keys() {
        return OrderVectors.of("keys");
    }

    static Stream<JsonNode> draws() {
        return OrderVectors.of("draws");
    }

    static Stream<JsonNode> bounded() {
        return OrderVectors.of("bounded");
    }

    static Stream<JsonNode> permutations() {
        return OrderVectors.of("permutations");
    }

    @ParameterizedTest
    @MethodSource("keys")
    void aKeyDependsOnEveryBitOfItsParts(JsonNode vector) {
        assertThat(Lw1.key(longs(vector.get("parts"))))
                .isEqualTo(vector.get("key").longValue());
    }

    @ParameterizedTest
    @MethodSource("draws")
    void drawsFollowTheKey(JsonNode vector) {
        Lw1 random = new Lw1(longs(vector.get("parts")));
        assertThat(LongStream.generate(random::next).limit(vector.get("draws").size()))
                .containsExactly(boxed(vector.get("draws")));
    }

    /** The draw that follows shows that as many were rejected. */
    @ParameterizedTest
    @MethodSource("bounded")
    void boundedDrawsAreUnbiasedUpToTheLargestBound(JsonNode vector) {
        Lw1 random = new Lw1(longs(vector.get("parts")));
        long bound = vector.get("bound").longValue();
        assertThat(LongStream.generate(() -> random.bounded(bound))
                        .limit(vector.get("values").size()))
                .containsExactly(boxed(vector.get("values")));
        assertThat(random.next()).isEqualTo(vector.get("nextDraw").longValue());
    }

    @ParameterizedTest
    @MethodSource("permutations")
    void permutationsLeaveTheRestOfTheirTargetAlone(JsonNode vector) {
        long[] expected = longs(vector.get("permutation"));
        int[] target = new int[expected.length + 1];
        target[expected.length] = -7;
        new Lw1(longs(vector.get("parts"))).permute(target, expected.length);
        assertThat(Arrays.stream(target).asLongStream())
                .containsExactly(LongStream.concat(Arrays.stream(expected), LongStream.of(-7))
                        .boxed()
                        .toArray(Long[]::new));
    }

    /** Each of the first rows lands at each place equally often: a chi-square of n − 1 squared has a normal spread. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 33})
    void windowsAreShuffledEvenly(int rows) {
        long[][] counts = new long[rows][rows];
        int[] window = new int[rows];
        for (int w = 0; w < WINDOWS; w++) {
            new Lw1(2, 42, 0, w % 48, w / 48).permute(window, rows);
            for (int place = 0; place < rows; place++) {
                counts[place][window[place]]++;
            }
        }
        double expected = (double) WINDOWS / rows;
        double chiSquare = Arrays.stream(counts)
                .flatMapToLong(Arrays::stream)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        // The cells of a doubly stochastic table: (n − 1)² degrees of freedom, stretched by n / (n − 1).
        double mean = (double) rows * (rows - 1);
        double deviation = Math.sqrt(2.0) * rows;
        assertThat(chiSquare).isCloseTo(mean, within(5 * deviation));
    }

    /** All six orders of three rows, of the windows of one lane and of the lanes of one window. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void neighbouringWindowsAreIndependent(boolean lanes) {
        int[] counts = new int[36];
        int[] window = new int[3];
        int previous = 0;
        for (int w = 0; w < WINDOWS; w++) {
            new Lw1(2, 7, 3, lanes ? w : 5, lanes ? 5 : w).permute(window, 3);
            int order = 2 * window[0] + (window[1] > window[2] ? 1 : 0);
            counts[6 * previous + order]++;
            previous = order;
        }
        double expected = WINDOWS / 36.0;
        double chiSquare = IntStream.of(counts)
                .mapToDouble(count -> (count - expected) * (count - expected) / expected)
                .sum();
        assertThat(chiSquare).isBetween(10.0, 77.0); // 35 degrees of freedom, five deviations
    }

    private static Long[] boxed(JsonNode array) {
        return Arrays.stream(longs(array)).boxed().toArray(Long[]::new);
    }
}
