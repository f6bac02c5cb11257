// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.Shuffle.LengthBuckets;
import io.forebay.Shuffle.Tail;
import io.forebay.testkit.MemoryTable;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The state of a shuffled order is small, reads back as it was, and fits no other order. */
class ShuffledCheckpointTest {
    private static final String LONGEST_DIGEST = "a".repeat(16) + ":" + "f".repeat(128);
    private static final Shuffle SHUFFLE = new Shuffle(-42, 3, 48, 1000, Tail.PAD, null);
    private static final Checkpoint.Shuffled STATE = new Checkpoint.Shuffled("sha256:00", SHUFFLE, 960, 1920, null);
    private static final String JSON =
            "{\"v\":1,\"algo\":\"lw1\",\"fingerprint\":\"sha256:00\",\"seed\":-42,\"epoch\":3,"
                    + "\"nextRow\":1920,\"globalBatch\":960,\"lanes\":48,\"window\":1000,\"order\":\"SHUFFLED\",\"tail\":\"PAD\"}";

    private final Forebay forebay = Forebay.builder().threads(2).build();
    private final MemoryTable table = MemoryTable.counting(100, 100);
    private final Shuffle shuffle = Shuffle.seed(5).lanes(4).window(8);
    private final Dataset dataset =
            forebay.dataset(table.location()).shuffle(shuffle).globalBatch(12);
    private final Checkpoint.Shuffled state =
            (Checkpoint.Shuffled) dataset.order().stateAfter(1);

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void jsonHasThisShape() {
        assertThat(STATE.toJson()).isEqualTo(JSON);
        assertThat(Checkpoint.fromJson(JSON)).isEqualTo(STATE);
    }

    @ParameterizedTest
    @ValueSource(longs = {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE})
    void theLargestIsAtMostOneKibibyteAndRoundTrips(long seed) {
        Shuffle largest = new Shuffle(
                seed, Long.MAX_VALUE, 1 << 14, 1 << 20, Tail.RAGGED, new LengthBuckets("\u0001".repeat(64), 1 << 20));
        Checkpoint all =
                new Checkpoint.Shuffled(LONGEST_DIGEST, largest, Integer.MAX_VALUE, Long.MAX_VALUE, LONGEST_DIGEST);
        assertThat(all.toJson().getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX);
        assertThat(Checkpoint.fromJson(all.toJson())).isEqualTo(all);
    }

    static Stream<Arguments> forgeries() {
        return Stream.of(
                Arguments.of("\"epoch\":3", "\"epoch\":-1"),
                Arguments.of("\"epoch\":3", "\"epoch\":9223372036854775808"),
                Arguments.of("\"lanes\":48", "\"lanes\":0"),
                Arguments.of("\"lanes\":48", "\"lanes\":16385"),
                Arguments.of("\"lanes\":48", "\"lanes\":4294967344"),
                Arguments.of("\"window\":1000", "\"window\":0"),
                Arguments.of("\"window\":1000", "\"window\":2147483647"),
                Arguments.of("\"window\":1000", "\"window\":1e3"),
                Arguments.of("\"tail\":\"PAD\"", "\"tail\":\"pad\""),
                Arguments.of("\"tail\":\"PAD\"", "\"tail\":null"),
                Arguments.of("\"tail\":\"PAD\"", "\"tail\":[]"),
                Arguments.of("\"globalBatch\":960", "\"globalBatch\":0"),
                Arguments.of("\"globalBatch\":960", "\"globalBatch\":-960"),
                Arguments.of("\"globalBatch\":960", "\"globalBatch\":2147483648"),
                Arguments.of("\"nextRow\":1920", "\"nextRow\":-1"),
                Arguments.of("\"nextRow\":1920", "\"nextRow\":\"1920\""),
                Arguments.of("\"seed\":-42", "\"seed\":18446744073709551615"),
                Arguments.of("\"seed\":-42,", ""),
                Arguments.of("sha256:00", "../../etc"),
                Arguments.of("\"sha256:00\"", "{}"),
                Arguments.of("\"algo\":\"lw1\",", ""),
                Arguments.of("\"tail\":\"PAD\"", "\"tail\":\"PAD\",\"filter\":\"x\""));
    }

    @ParameterizedTest
    @MethodSource("forgeries")
    void aForgedTextIsCorrupt(String field, String forged) {
        assertThat(JSON).contains(field);
        ForebayException failure =
                catchThrowableOfType(ForebayException.class, () -> Checkpoint.fromJson(JSON.replace(field, forged)));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(ForebayException.Kind.CORRUPT);
    }

    /** A later version may know it: a state made with another generator is no damage. */
    @Test
    void anotherAlgorithmIsNamedWithBothValues() {
        assertThatThrownBy(() -> Checkpoint.fromJson(JSON.replace("lw1", "lw2")))
                .isInstanceOf(ForebayException.class)
                .hasMessage("a resumed read must have the same algo as its checkpoint: checkpoint=lw2, now=lw1");
    }

    @Test
    void otherBucketsAreNamedWithBothValues() {
        requireMismatch(
                dataset.shuffle(shuffle.bucketByLength("id", 2)),
                state,
                "buckets",
                "null",
                "LengthBuckets[column=id, rows=2]");
    }

    @Test
    void anotherFingerprintIsNamedWithBothValues() {
        Dataset other = forebay.dataset(MemoryTable.counting(100, 101).location())
                .shuffle(shuffle)
                .globalBatch(12);
        requireMismatch(
                other,
                state,
                "fingerprint",
                state.fingerprint(),
                other.order().stateAfter(-1).fingerprint());
    }

    @Test
    void anotherOrderIsNamedFieldByFieldWithBothValues() {
        requireMismatch(dataset.shuffle(Shuffle.seed(6).lanes(4).window(8)), state, "seed", "5", "6");
        requireMismatch(dataset.shuffle(shuffle.lanes(5)), state, "lanes", "4", "5");
        requireMismatch(dataset.shuffle(shuffle.window(9)), state, "window", "8", "9");
        requireMismatch(dataset.shuffle(shuffle.tail(Tail.PAD)), state, "tail", "DROP", "PAD");
    }

    @Test
    void aFilterIsNamedWithBothValues() {
        Checkpoint filtered = new Checkpoint.Shuffled(state.fingerprint(), shuffle, 12, 24, "sha256:ff");
        requireMismatch(dataset, filtered, "filter", "sha256:ff", "null");
    }

    @Test
    void anotherGlobalBatchIsNamedUnlessItIsAskedFor() {
        requireMismatch(dataset.globalBatch(24), state, "globalBatch", "12", "24");
        assertThat(dataset.globalBatch(24).order(state.withGlobalBatch(24)).rows(0))
                .startsWith(dataset.order(state).rows(0));
    }

    @Test
    void aStateOfTheOtherOrderIsNamed() {
        Dataset sequential = forebay.dataset(table.location());
        requireMismatch(sequential, state, "order", "SHUFFLED", "SEQUENTIAL");
        try (BatchStream stream = sequential.stream()) {
            requireMismatch(dataset, stream.checkpoint(), "order", "SEQUENTIAL", "SHUFFLED");
        }
    }

    /** The epoch comes from the state. */
    @Test
    void theEpochIsThatOfTheState() {
        Dataset later = dataset.shuffle(shuffle.epoch(9));
        assertThat(later.order(state).rows(0)).isEqualTo(dataset.order().rows(2));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, 201, Long.MAX_VALUE})
    void aNextRowOutsideTheEpochIsCorrupt(long nextRow) {
        Checkpoint forged = new Checkpoint.Shuffled(state.fingerprint(), shuffle, 12, nextRow, null);
        assertThatThrownBy(() -> dataset.stream(forged))
                .hasMessage("a checkpoint's next row must lie within the epoch: nextRow=" + nextRow + ", rows=200");
    }

    private static void requireMismatch(Dataset dataset, Checkpoint state, String field, String saved, String now) {
        String message = "a resumed read must have the same " + field + " as its checkpoint: checkpoint=" + saved
                + ", now=" + now;
        assertThatThrownBy(() -> dataset.order(state))
                .isInstanceOf(ForebayException.class)
                .hasMessage(message);
        assertThatThrownBy(() -> dataset.stream(state).close())
                .isInstanceOf(ForebayException.class)
                .hasMessage(message);
    }
}
