// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.cli.ForebayProcess.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Holds the contract of the command line: what goes to which stream, in which form, with which exit status. */
class CommandLineTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SHARD = "../examples/flights/data/flights-0.parquet";
    private static final String MODEL = "../examples/flights/delay.onnx";
    private static final String TORCH =
            "../inference/pipeline/src/test/resources/io/forebay/inference/testkit/models/mlp.pt";

    @TempDir
    Path folder;

    @Test
    void schemaPrintsNamesAndTypes() throws Exception {
        JsonNode schema = JSON.readTree(done("schema", "--json", SHARD));
        assertThat(schema.get("rows").asLong()).isEqualTo(297_881);
        assertThat(schema.get("units").asInt()).isEqualTo(6);
        assertThat(schema.get("fields").findValuesAsText("type"))
                .containsExactly("timestamp[us]", "int64", "int64", "utf8", "utf8");
    }

    @Test
    void catPrintsRowsInOrderWithTheLimitAfterTheFilter() throws Exception {
        String out = done("cat", "--columns", "origin,delay", "--filter", "distance > 4000", "--limit", "2", SHARD);
        List<String> lines = out.lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(JSON.readTree(lines.get(0)).fieldNames()).toIterable().containsExactly("origin", "delay");
        assertThat(done("cat", "--no-prune", "--columns", "origin,delay", "--filter", "distance > 4000", SHARD))
                .startsWith(out);
    }

    @Test
    void scanPrintsOneLineARepeat() throws Exception {
        List<String> lines =
                done("scan", "--repeat", "2", "--threads", "2", SHARD).lines().toList();
        assertThat(lines).hasSize(2);
        JsonNode scan = JSON.readTree(lines.get(1));
        assertThat(scan.get("rows").asLong()).isEqualTo(297_881);
        assertThat(scan.get("batches").asLong()).isEqualTo(37);
        assertThat(scan.get("arrowBytes").asLong()).isGreaterThan(297_881L * 30);
        assertThat(scan.get("peakBytes").asLong()).isPositive();
    }

    @Test
    void profileSumsUpColumns() throws Exception {
        JsonNode profile = JSON.readTree(done("profile", "--json", "--columns", "delay,origin", "--top", "1", SHARD));
        JsonNode delay = profile.get("columns").get(0);
        assertThat(delay.get("sum").asLong()).isEqualTo(1_610_432);
        assertThat(profile.get("columns").get(1).get("totalLength").asLong()).isEqualTo(3 * 297_881);
        assertThat(profile.get("columns").get(1).get("top")).hasSize(1);
    }

    @Test
    void profileOfEachFileGoesOnAfterAnError() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken.parquet"), "PAR1 and nothing else");
        Path list = Files.writeString(folder.resolve("list"), broken + "\n" + SHARD + "\n");
        Outcome outcome = ForebayProcess.run("profile", "--each", "--json", "--columns", "delay", "@" + list);
        List<String> lines = outcome.out().lines().toList();
        assertThat(outcome.status()).isEqualTo(1);
        assertThat(JSON.readTree(lines.get(0)).at("/error/kind").asText()).isEqualTo("corrupt");
        assertThat(JSON.readTree(lines.get(1)).get("rows").asLong()).isEqualTo(297_881);
    }

    @Test
    void listFilesThatNameNothingFail() throws Exception {
        Path empty = Files.writeString(folder.resolve("empty"), "\n\n");
        Path malformed = Files.write(folder.resolve("malformed"), new byte[] {-1, -2});
        assertFails(1, "forebay: io: list file must name at least one path [at ", "profile", "@" + empty);
        assertFails(1, "forebay: io: list file must be readable UTF-8 text", "profile", "--each", "@" + malformed);
        assertFails(1, "forebay: io: list file must be readable UTF-8 text", "profile", "@" + folder);
        assertFails(1, "forebay: io: list file must exist [at ", "profile", "@" + folder.resolve("absent"));
    }

    @Test
    void scoreWritesPartsAndASummary() throws Exception {
        Path out = folder.resolve("out");
        String[] score = {"score", "--data", SHARD, "--model", MODEL, "--out", out.toString(), "--json"};
        JsonNode summary = JSON.readTree(done(score));
        assertThat(summary.get("rows").asLong()).isEqualTo(297_881);
        assertThat(summary.get("parts").asInt()).isEqualTo(2);
        assertThat(summary.at("/device/used").asText()).isEqualTo("cpu");
        assertThat(out).isDirectoryContaining("glob:**/part-0.parquet").isDirectoryContaining("glob:**/_SUCCESS");
        Outcome again = ForebayProcess.run(score);
        assertThat(again.status()).isEqualTo(2);
        assertThat(again.err()).contains("output folder must be absent or empty");
    }

    @Test
    void anEngineIsToldByTheModelsNameOrByAnOption() throws Exception {
        Path out = folder.resolve("out");
        Path plain = folder.resolve("model");
        Files.copy(Path.of(MODEL), plain);
        String[] score = {"score", "--data", SHARD, "--out", out.toString(), "--model"};
        assertFails(2, "forebay: usage: a model's engine must be named", with(score, plain.toString()));
        assertFails(2, "forebay: usage: an engine must be one of ", with(score, MODEL, "--engine", "abacus"));
        // PyTorch itself is not among the command's own files.
        assertFails(
                1, "forebay: unsupported: PyTorch's native libraries must be on the class path", with(score, TORCH));
        done(with(score, plain.toString(), "--engine", "onnx"));
    }

    private static String[] with(String[] arguments, String... more) {
        return Stream.concat(Stream.of(arguments), Stream.of(more)).toArray(String[]::new);
    }

    @Test
    void doctorTellsWhatRunsAndWhatIsMissing() throws Exception {
        JsonNode report = JSON.readTree(done("doctor", "--json"));
        assertThat(report.get("cores").asInt()).isPositive();
        assertThat(report.get("bufferBytes").asLong()).isPositive();
        assertThat(report.get("ready").asBoolean()).isTrue();
        assertThat(report.at("/engines/0/engine").asText()).isEqualTo("djl");
        assertThat(report.at("/engines/0/devices/0/works").asBoolean()).isFalse();
        assertThat(report.at("/engines/1/library").asText()).startsWith("ONNX Runtime 1.");
        assertThat(report.at("/engines/1/devices/0/device").asText()).isEqualTo("cpu");
        assertThat(report.at("/engines/1/devices/0/works").asBoolean()).isTrue();
        assertThat(report.at("/engines/1/devices/1/cause").asText()).contains("onnxruntime_gpu");
        assertThat(report.get("reasons")).hasSizeGreaterThanOrEqualTo(2);
        assertThat(done("doctor"))
                .contains("verdict       ready\n")
                .contains("onnx does not run on cuda:0: this ONNX Runtime has no CUDA provider");
    }

    @Test
    void aVeryLongCommandLineDoesNotHarmTheRuntime() throws Exception {
        String padding = "-Dpadding=" + "x".repeat(100_000);
        Process process = new ProcessBuilder(ForebayProcess.command(
                        List.of(padding),
                        Main.class.getName(),
                        "score",
                        "--data",
                        SHARD,
                        "--model",
                        MODEL,
                        "--out",
                        folder.resolve("long").toString()))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
    }

    @Test
    void failuresAreOneLineAndStatusOne() throws Exception {
        assertFails(1, "forebay: io: file must exist [at absent.parquet]", "cat", "absent.parquet");
        assertFails(1, "forebay: usage: column must exist: column=nope", "cat", "--columns", "nope", SHARD);
        assertFails(
                1,
                "forebay: io: file must exist [at absent.onnx]",
                "score",
                "--data",
                SHARD,
                "--model",
                "absent.onnx",
                "--out",
                folder.resolve("o").toString());
    }

    @Test
    void dataThatDoesNotFitTheModelIsStatusOne() throws Exception {
        Path scored = folder.resolve("scored");
        done("score", "--data", SHARD, "--model", MODEL, "--out", scored.toString(), "--json");
        assertFails(
                1,
                "forebay: unsupported: every input of a model needs a column of its name: input=",
                "score",
                "--data",
                scored.toString(),
                "--model",
                MODEL,
                "--out",
                folder.resolve("again").toString());
        assertThat(folder.resolve("again")).doesNotExist();
    }

    @Test
    void keptColumnsAreNamedAsOthersAre() throws Exception {
        Path out = folder.resolve("kept");
        String keep = "`delay` , origin";
        done("score", "--data", SHARD, "--model", MODEL, "--out", out.toString(), "--keep", keep, "--json");
        assertThat(done("schema", out.toString()))
                .contains("delay")
                .contains("origin")
                .doesNotContain("distance");
    }

    @Test
    void wrongUsageIsStatusTwo() throws Exception {
        assertFails(2, "forebay: usage: limit must not be negative", "cat", "--limit", "-5", SHARD);
        assertFails(2, "forebay: usage: repeats must be positive", "scan", "--repeat", "0", SHARD);
        assertFails(2, "forebay: usage: topValues must not be negative", "profile", "--top", "-1", SHARD);
        assertFails(2, "forebay: usage: a location must not be blank", "schema", "");
        assertFails(
                2,
                "forebay: usage: a literal must fit the type of its column",
                "cat",
                "--filter",
                "delay = 'x'",
                SHARD);
        assertFails(2, "forebay: usage: a filter needs a literal here", "cat", "--filter", "delay >", SHARD);
        assertFails(2, "forebay: Unknown option: '--nonsense'", "cat", "--nonsense", SHARD);
        assertFails(2, "forebay: a command is expected");
    }

    @Test
    void helpAndVersionAreEverywhere() throws Exception {
        assertThat(done("--version")).startsWith("forebay ");
        assertThat(done("score", "--help")).contains("--resume");
    }

    private static String done(String... arguments) throws Exception {
        Outcome outcome = ForebayProcess.run(arguments);
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isZero();
        return outcome.out();
    }

    private static void assertFails(int status, String start, String... arguments) throws Exception {
        Outcome outcome = ForebayProcess.run(arguments);
        assertThat(outcome.err()).startsWith(start);
        assertThat(outcome.err().lines().filter(line -> line.startsWith("forebay: ")))
                .hasSize(1);
        assertThat(outcome.status()).isEqualTo(status);
        assertThat(outcome.out()).isEmpty();
    }
}
