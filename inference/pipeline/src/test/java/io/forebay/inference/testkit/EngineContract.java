// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.testkit;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Device;
import io.forebay.inference.Doctor;
import io.forebay.inference.MachineReport;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ScoreSummary;
import io.forebay.inference.testkit.ColumnFiles.Column;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every engine promises: the values that PyTorch found for the networks of {@code models/export.py}, whatever the batches,
 * and plain refusals. An engine's own test extends this, with those networks in its format.
 */
public abstract class EngineContract {
    private static final double TOLERANCE = 1e-5;

    @TempDir
    Path folder;

    private final String engine;
    private final String fileEnding;
    private final Forebay forebay = Forebay.builder().trackAllocations(true).build();

    /** @param fileEnding of the networks' files in its format */
    protected EngineContract(String engine, String fileEnding) {
        this.engine = engine;
        this.fileEnding = fileEnding;
    }

    @AfterEach
    void nothingLeaks() {
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mlp", "cnn", "two-inputs", "turned"})
    void scoresAsTheNetworkDoes(String network) throws IOException {
        JsonNode golden = golden(network);
        Path data = data(golden, 1);
        for (int batchRows : new int[] {1, 7, 1000}) {
            requireGolden(golden, ModelFile.of(file(network).toString()), data, batchRows, 1);
        }
    }

    @Test
    void severalRunsInFlightScoreTheSame() throws IOException {
        JsonNode golden = golden("mlp");
        int times = 50;
        ModelFile<?> model = ModelFile.of(engine, file("mlp").toString());
        requireGolden(golden, model.options(options -> options.withConcurrency(4)), data(golden, times), 9, times);
    }

    @Test
    void aDeviceThatIsNotThereIsRefusedWithTheCause() throws IOException {
        ModelFile<?> model = ModelFile.of(file("mlp").toString());
        try (Model loaded = model.device(Device.cuda(99)).load(forebay)) {
            assertThat(loaded.device().used()).containsExactly(Device.cpu());
            assertThat(loaded.device().refused()).hasSize(1).allSatisfy(refusal -> {
                assertThat(refusal.device()).isEqualTo(Device.cuda(99));
                assertThat(refusal.cause()).isNotBlank();
            });
        }
        requireRefused(
                model.device(Device.cuda(99)).options(options -> options.withStrictDevice(true)),
                Kind.UNSUPPORTED,
                "one device must run the model: requested=cuda:99, refused=[cuda:99 (");
    }

    @Test
    void whatIsNoModelIsRefused() throws IOException {
        byte[] whole = Files.readAllBytes(file("mlp"));
        byte[] noise = new byte[2_000];
        new Random(1).nextBytes(noise);
        for (byte[] bytes : List.of(new byte[0], noise, Arrays.copyOf(whole, whole.length / 2))) {
            Path file = folder.resolve("broken" + fileEnding);
            Files.write(file, bytes);
            requireRefused(ModelFile.of(file.toString()), Kind.CORRUPT, "a model must ");
        }
        requireRefused(ModelFile.of(folder.resolve("missing" + fileEnding).toString()), Kind.IO, "file must exist");
    }

    @Test
    void columnsThatDoNotFitAreRefusedBeforeTheRun() throws IOException {
        Path data = ColumnFiles.write(forebay, folder.resolve("few"), column("a", 1f), column("b", 2f));
        try (Model model = ModelFile.of(file("mlp").toString()).load(forebay)) {
            Dataset dataset = forebay.dataset(data.toString());
            assertThatThrownBy(() -> model.score(dataset).run())
                    .hasMessageStartingWith("every input of a model needs a column of its name: input=features");
        }
    }

    @Test
    void theDoctorFindsItAndItsDevices() {
        MachineReport report = Doctor.examine(folder);
        assertThat(report.isReady()).isTrue();
        assertThat(report.engines()).singleElement().satisfies(found -> {
            assertThat(found.engine()).isEqualTo(engine);
            assertThat(found.library()).containsPattern(" \\d+\\.\\d+");
            assertThat(found.devices().get(0).device()).isEqualTo(Device.cpu());
            assertThat(found.devices()).allSatisfy(check -> assertThat(
                            check.works() ? check.seconds() > 0 : !check.cause().isBlank())
                    .isTrue());
        });
    }

    @Test
    void anEngineIsChosenByNameOrByTheFilesName() throws IOException {
        Path plain = folder.resolve("model");
        Files.copy(file("mlp"), plain);
        try (Model model = ModelFile.of(engine, plain.toString()).load(forebay)) {
            assertThat(model.inputs()).hasToString("[features float32[rows, 8]]");
            assertThat(model.outputs()).hasToString("[scores float32[rows, 2]]");
        }
        assertThatThrownBy(() -> ModelFile.of(plain.toString()))
                .hasMessageStartingWith("a model's engine must be named where its file's name does not tell it: file=");
        assertThatThrownBy(() -> ModelFile.of("abacus", plain.toString()))
                .hasMessageStartingWith("an engine must be one of ")
                .hasMessageContaining(engine + " (" + fileEnding + ")")
                .hasMessageEndingWith(": engine=abacus");
    }

    private void requireRefused(ModelFile<?> model, Kind kind, String message) {
        assertThatThrownBy(() -> model.load(forebay))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind))
                .hasMessageStartingWith(message);
    }

    /** A network's file. */
    protected final Path file(String network) throws IOException {
        Path file = folder.resolve(network + fileEnding);
        if (!Files.exists(file)) {
            try (InputStream in = resource(network + fileEnding)) {
                Files.copy(in, file);
            }
        }
        return file;
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(EngineContract.class.getResourceAsStream("models/" + name), name);
    }

    private static JsonNode golden(String network) throws IOException {
        try (InputStream in = resource(network + ".json")) {
            return new ObjectMapper().readTree(in);
        }
    }

    /** The golden inputs, {@code times} over: an input of one number a row as a column, of several as a column each. */
    private Path data(JsonNode golden, int times) {
        List<Column> columns = new ArrayList<>();
        for (JsonNode input : golden.get("inputs")) {
            JsonNode rows = golden.get("rows").get(input.asText());
            int width = rows.get(0).size();
            for (int i = 0; i < width; i++) {
                List<Object> values = new ArrayList<>();
                for (int time = 0; time < times; time++) {
                    for (JsonNode row : rows) {
                        values.add(
                                row.get(i).isIntegralNumber()
                                        ? row.get(i).asLong()
                                        : (Object) row.get(i).floatValue());
                    }
                }
                columns.add(new Column(width == 1 ? input.asText() : input.asText() + i, values));
            }
        }
        return ColumnFiles.write(forebay, folder.resolve("data"), columns.toArray(Column[]::new));
    }

    /** The file, its inputs of several numbers a row bound to their columns. */
    private static ModelFile<?> bound(JsonNode golden, ModelFile<?> file) {
        ModelFile<?> bound = file;
        for (JsonNode input : golden.get("inputs")) {
            int width = golden.get("rows").get(input.asText()).get(0).size();
            if (width > 1) {
                bound = bound.bind(
                        input.asText(),
                        IntStream.range(0, width)
                                .mapToObj(i -> input.asText() + i)
                                .toArray(String[]::new));
            }
        }
        return bound;
    }

    private void requireGolden(JsonNode golden, ModelFile<?> file, Path data, int batchRows, int times) {
        try (Model model = bound(golden, file).load(forebay)) {
            for (JsonNode output : golden.get("outputs")) {
                CapturingSink sink = new CapturingSink(output.asText());
                ScoreSummary summary = model.score(
                                forebay.dataset(data.toString()).batchRows(batchRows))
                        .writeTo(sink)
                        .run();
                JsonNode rows = golden.get("rows").get(output.asText());
                assertThat(summary.rows()).isEqualTo((long) rows.size() * times);
                for (int row = 0; row < sink.values().size(); row++) {
                    requireRow(rows.get(row % rows.size()), sink.values().get(row));
                }
            }
        }
    }

    private static void requireRow(JsonNode expected, Object actual) {
        List<?> values = actual instanceof List<?> list ? list : List.of(actual);
        assertThat(values).hasSize(expected.size());
        for (int i = 0; i < values.size(); i++) {
            assertThat(((Number) values.get(i)).doubleValue())
                    .isCloseTo(expected.get(i).asDouble(), within(TOLERANCE));
        }
    }
}
