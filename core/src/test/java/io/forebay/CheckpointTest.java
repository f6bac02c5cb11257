// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.forebay.testkit.MemoryTable;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A checkpoint is small, reads back as it was, and fits no other read. */
class CheckpointTest {
    private static final String DIGEST = "sha256:" + "f".repeat(64);
    private static final Checkpoint LARGEST = new Checkpoint.Sequential(
            DIGEST, Integer.MAX_VALUE - 1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE, DIGEST);

    private final Forebay forebay = Forebay.builder().threads(2).build();
    private final MemoryTable table = MemoryTable.counting(10, 10);
    private final Dataset dataset = forebay.dataset(table.location());

    @AfterEach
    void close() {
        forebay.close();
    }

    @Test
    void jsonHasThisShape() {
        assertThat(new Checkpoint.Sequential("sha256:00", 1, 2, 3, 4, null).toJson())
                .isEqualTo("{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"sha256:00\",\"rank\":1,\"world\":2,"
                        + "\"nextRow\":3,\"delivered\":4}");
    }

    @Test
    void theLargestIsAtMostOneKibibyteAndRoundTrips() {
        assertThat(LARGEST.toJson().getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(Checkpoint.JSON_BYTES_MAX);
        assertThat(Checkpoint.fromJson(LARGEST.toJson())).isEqualTo(LARGEST);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "null",
                "[]",
                "{",
                "{}",
                "{\"v\":2,\"order\":\"SEQUENTIAL\"}",
                "{\"v\":1,\"order\":\"SHUFFLED\"}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":3}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":3,\"delivered\":null}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":\"x\",\"delivered\":3}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":1e30,\"delivered\":3}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":1.5,\"delivered\":3}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":1,\"delivered\":-3}",
                "{\"v\":1,\"order\":\"SEQUENTIAL\",\"fingerprint\":\"f\",\"rank\":0,\"world\":1,\"nextRow\":1,\"delivered\":3} x"
            })
    void anythingElseIsCorrupt(String json) {
        ForebayException failure = catchThrowableOfType(ForebayException.class, () -> Checkpoint.fromJson(json));
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(ForebayException.Kind.CORRUPT);
    }

    @Test
    void anOverlongTextIsCorrupt() {
        assertThatThrownBy(() -> Checkpoint.fromJson(" ".repeat(Checkpoint.JSON_BYTES_MAX + 1)))
                .hasMessage("a checkpoint has at most 1024 characters: characters=1025");
    }

    @Test
    void anotherFingerprintIsNamedWithBothValues() {
        Checkpoint state = start(dataset);
        Dataset other = forebay.dataset(MemoryTable.counting(10, 11).location());
        requireMismatch(
                other, state, "fingerprint", state.fingerprint(), start(other).fingerprint());
    }

    @Test
    void anotherWorldIsNamedWithBothValues() {
        requireMismatch(dataset.shard(1, 3), start(dataset.shard(1, 2)), "world", "2", "3");
    }

    @Test
    void anotherRankIsNamedWithBothValues() {
        requireMismatch(dataset.shard(1, 2), start(dataset.shard(0, 2)), "rank", "0", "1");
    }

    @Test
    void anotherFilterIsNamedWithBothValues() {
        Dataset filtered = dataset.filter(Filter.parse("id > 3"));
        requireMismatch(
                filtered, start(dataset), "filter", "null", start(filtered).filter());
    }

    @Test
    void anotherSampleIsNamedWithBothValues() {
        Dataset one = dataset.sample(3, 1);
        Dataset two = dataset.sample(3, 2);
        requireMismatch(
                two, start(one), "filter", start(one).filter(), start(two).filter());
    }

    @Test
    void aNextRowOfAnotherRankIsCorrupt() {
        Checkpoint state = start(dataset);
        Checkpoint forged = new Checkpoint.Sequential(state.fingerprint(), 0, 1, 21, 0, null);
        assertThatThrownBy(() -> dataset.stream(forged))
                .hasMessage("a checkpoint's next row must be one of its rank's: nextRow=21, firstRow=0, endRow=20");
    }

    private static Checkpoint start(Dataset dataset) {
        try (BatchStream batches = dataset.stream()) {
            return batches.checkpoint();
        }
    }

    private static void requireMismatch(Dataset dataset, Checkpoint state, String field, String saved, String now) {
        assertThatThrownBy(() -> dataset.stream(state))
                .isInstanceOf(ForebayException.class)
                .hasMessage("a resumed read must have the same " + field + " as its checkpoint: checkpoint=" + saved
                        + ", now=" + now);
    }
}
