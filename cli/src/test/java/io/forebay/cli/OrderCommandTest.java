// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.cli.ForebayProcess.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code forebay order} prints steps and states, and goes on from any of them. */
class OrderCommandTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHARD = "../examples/flights/data/flights-0.parquet";

    @TempDir
    Path folder;

    @Test
    void goesOnFromAState() throws Exception {
        List<JsonNode> steps =
                order("--seed", "-5", "--epoch", "2", "--world", "4", "--rank", "1", "--global-batch", "40000", SHARD);
        assertThat(steps).hasSize(7);
        JsonNode third = steps.get(2);
        assertThat(third.get("step").asInt()).isEqualTo(2);
        assertThat(third.get("rows")).hasSize(10_000);
        assertThat(third.get("state").get("nextRow").asLong()).isEqualTo(120_000);
        Path state = Files.writeString(
                folder.resolve("state.json"), third.get("state").toString());
        List<JsonNode> rest = order("--world", "4", "--rank", "1", "--from", "@" + state, "--steps", "2", SHARD);
        assertThat(rest)
                .extracting(step -> step.get("rows"))
                .containsExactly(steps.get(3).get("rows"), steps.get(4).get("rows"));
        assertThat(rest).extracting(step -> step.get("step").asInt()).containsExactly(0, 1);
    }

    @Test
    void theLastStateIsThatOfTheNextEpoch() throws Exception {
        List<JsonNode> steps = order("--seed", "1", "--epoch", "2", "--global-batch", "150000", SHARD);
        JsonNode end = steps.get(steps.size() - 1).get("state");
        assertThat(end.get("epoch").asLong()).isEqualTo(3);
        assertThat(end.get("nextRow").asLong()).isZero();
    }

    @Test
    void aSlotThatIsOnlyFilledUpIsNull() throws Exception {
        List<JsonNode> steps = order("--seed", "1", "--epoch", "0", "--global-batch", "297000", "--tail", "PAD", SHARD);
        JsonNode last = steps.get(1).get("rows");
        assertThat(last).hasSize(297_000);
        assertThat(last.get(880).isNumber()).isTrue();
        assertThat(last.get(881).isNull()).isTrue();
    }

    @Test
    void wrongUsageIsToldByName() throws Exception {
        String state = order("--seed", "1", "--epoch", "0", "--global-batch", "12", "--steps", "1", SHARD)
                .get(0)
                .get("state")
                .toString();
        assertFails(
                "a resumed read must have the same lanes as its checkpoint: checkpoint=48, now=12",
                "--lanes",
                "12",
                "--from",
                state,
                SHARD);
        assertFails("the same seed as its state: state=1, seed=2", "--seed", "2", "--from", state, SHARD);
        assertFails("the same epoch as its state: state=0, epoch=3", "--epoch", "3", "--from", state, SHARD);
        String local = state.replace("\"SHUFFLED\"", "\"SHUFFLED_LOCAL\"")
                .replace("}", ",\"rank\":0,\"world\":1,\"filter\":\"sha256:00\"}");
        assertFails("a shuffled order that has no local filter: state=" + local, "--from", local, SHARD);
        assertFails("an order that does not go on from a state needs --seed", SHARD);
        assertFails("a global batch must be a multiple", "--world", "5", "--from", state, SHARD);
    }

    /** Lanes, windows and tails are those of the state that is gone on from, whoever asked for them. */
    @Test
    void lanesWindowsAndTailsAreAskedForOrThoseOfTheState() throws Exception {
        String[] asked = {"--seed", "9", "--epoch", "1", "--global-batch", "100000", "--lanes", "5", "--window", "77"};
        List<JsonNode> steps = order(with(asked, "--tail", "RAGGED", SHARD));
        assertThat(steps).hasSize(3);
        assertThat(steps.get(2).get("rows")).hasSize(97_881);
        JsonNode state = steps.get(0).get("state");
        assertThat(state.get("lanes").asInt()).isEqualTo(5);
        assertThat(state.get("window").asInt()).isEqualTo(77);
        assertThat(state.get("tail").asText()).isEqualTo("RAGGED");
        assertThat(order("--from", state.toString(), SHARD))
                .extracting(step -> step.get("rows"))
                .containsExactly(steps.get(1).get("rows"), steps.get(2).get("rows"));
        assertThat(order(with(asked, SHARD))).hasSize(2); // DROP unless asked for
    }

    private static String[] with(String[] some, String... more) {
        return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
    }

    /** Which row is where in an order by lengths shows when rows are read: nothing is printed of it. */
    @Test
    void anOrderThatDependsOnDataIsRefusedBeforeAnythingIsPrinted() throws Exception {
        String state = order("--seed", "1", "--epoch", "0", "--global-batch", "48", "--steps", "1", SHARD)
                .get(0)
                .get("state")
                .toString();
        String bucketed = state.replace("}", ",\"bucketColumn\":\"origin\",\"bucketRows\":32}");
        Outcome outcome = run("--from", bucketed, SHARD);
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err()).startsWith("forebay: unsupported: ");
    }

    @Test
    void aFileThatIsNotThereIsNamed() throws Exception {
        Outcome state = run("--from", "@" + folder.resolve("missing.json"), SHARD);
        assertThat(state.status()).isEqualTo(1);
        assertThat(state.err()).startsWith("forebay: io: the file of a state must be readable: ");
        Outcome data = run("--seed", "1", "--epoch", "0", "--global-batch", "12", "missing.parquet");
        assertThat(data.status()).isEqualTo(1);
        assertThat(data.err()).startsWith("forebay: io: file must exist [at missing.parquet");
    }

    private static List<JsonNode> order(String... arguments) throws Exception {
        Outcome outcome = run(arguments);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        List<JsonNode> steps = new ArrayList<>();
        for (String line : outcome.out().lines().toList()) {
            steps.add(JSON.readTree(line));
        }
        return steps;
    }

    private static void assertFails(String message, String... arguments) throws Exception {
        Outcome outcome = run(arguments);
        assertThat(outcome.err()).startsWith("forebay: usage: ").contains(message);
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
    }

    private static Outcome run(String... arguments) throws Exception {
        List<String> all = new ArrayList<>(List.of("order"));
        all.addAll(List.of(arguments));
        return ForebayProcess.run(all.toArray(String[]::new));
    }
}
