// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ColumnFiles.Column;
import io.forebay.inference.testkit.ForebayTest;
import io.forebay.testkit.CorporaFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The small models that ONNX's own tests ship with their tensors, where they are at hand. Fed from a Parquet file, each
 * yields its tensors or is refused by a rule that says why: as they are, all of them, since their shapes are fixed; with the
 * first dimension free, all but those that work row by row.
 */
class NodeModelsTest extends ForebayTest {
    private static final double TOLERANCE = 1e-5;

    private static final int MODELS_MIN = 23;

    /** Those that make rows of numbers or strings from as many rows. */
    private static final Set<String> ROW_WISE = Set.of(
            "test_shrink", "test_sign_model", "test_single_relu_model", "test_strnorm_model_nostopwords_nochangecase");

    /** How a refusal starts. */
    private static final List<String> RULES = List.of(
            "a model must be valid ONNX: ",
            "one device must run the model: ",
            "the first dimension of a model's input must be free, as rows: ",
            "a model's output must be numbers of shape [rows] or [rows, k] with k known, or strings of shape [rows]: ",
            "a model's output must have the shape that it declares: ",
            "the model failed to run: ");

    @Test
    void modelsOfFixedShapesAreRefused() throws IOException {
        Outcomes outcomes = outcomes(false);
        assertThat(outcomes.matched).isEmpty();
        assertThat(outcomes.refused).hasSizeGreaterThanOrEqualTo(MODELS_MIN);
    }

    @Test
    void modelsOfFreeRowsYieldTheirTensorsOrAreRefused() throws IOException {
        Outcomes outcomes = outcomes(true);
        assertThat(outcomes.matched).isEqualTo(ROW_WISE);
        assertThat(outcomes.refused).hasSizeGreaterThanOrEqualTo(MODELS_MIN - ROW_WISE.size());
    }

    /** The names of the models that yielded their tensors, and of those that were refused. */
    private record Outcomes(Set<String> matched, Set<String> refused) {}

    private Outcomes outcomes(boolean freeRows) throws IOException {
        Outcomes outcomes = new Outcomes(new TreeSet<>(), new TreeSet<>());
        for (Path model : models()) {
            String name = model.getFileName().toString();
            try {
                requireTensors(model, freeRows);
                outcomes.matched.add(name);
            } catch (ForebayException e) {
                assertThat(RULES).as(name + ": " + e.getMessage()).anyMatch(e.getMessage()::startsWith);
                outcomes.refused.add(name);
            }
        }
        return outcomes;
    }

    private static List<Path> models() throws IOException {
        try (Stream<Path> files = Files.walk(CorporaFolder.require("onnx/simple"))) {
            return files.filter(file -> file.endsWith("model.onnx"))
                    .map(Path::getParent)
                    .sorted()
                    .toList();
        }
    }

    private void requireTensors(Path model, boolean freeRows) throws IOException {
        Path file = model.resolve("model.onnx");
        List<TensorSpec> specs;
        try (Model loaded = OnnxModel.of(file).load(forebay)) { // tensors are what it takes, if it loads
            specs = loaded.inputs();
        }
        List<TensorFile> inputs = tensors(model, "input_");
        inputs.removeIf(input -> specs.stream().noneMatch(spec -> spec.name().equals(input.name())));
        // rows that do not agree are no table: its model keeps its shapes, and is refused for them
        boolean isTable = inputs.stream().mapToInt(TensorFile::rows).distinct().count() == 1;
        if (freeRows && isTable) {
            file = Files.write(folder.resolve("free.onnx"), FreeRows.in(Files.readAllBytes(file)));
        }
        requireTensors(file, inputs, tensors(model, "output_"));
    }

    /** The tensors of a model's test, in order. */
    private static List<TensorFile> tensors(Path model, String prefix) throws IOException {
        List<TensorFile> tensors = new ArrayList<>();
        for (int i = 0; ; i++) {
            Path file = model.resolve("test_data_set_0").resolve(prefix + i + ".pb");
            if (!Files.exists(file)) {
                return tensors;
            }
            tensors.add(TensorFile.read(file));
        }
    }

    private void requireTensors(Path file, List<TensorFile> inputs, List<TensorFile> outputs) throws IOException {
        OnnxModel bound = OnnxModel.of(file);
        for (TensorFile input : inputs) {
            bound = bound.bind(input.name(), input.columnNames());
        }
        String data = data(inputs).toString();
        try (Model model = bound.load(forebay)) {
            for (TensorFile output : outputs) {
                CapturingSink sink = new CapturingSink(output.name());
                model.score(forebay.dataset(data)).writeTo(sink).run();
                requireValues(output, sink.values());
            }
        }
    }

    /** A file of the inputs as columns, as long as the shortest of them. */
    private Path data(List<TensorFile> inputs) throws IOException {
        int rows = inputs.stream().mapToInt(TensorFile::rows).min().orElse(0);
        Column[] columns =
                inputs.stream().flatMap(input -> input.columns(rows).stream()).toArray(Column[]::new);
        return ColumnFiles.write(forebay, Files.createTempDirectory(folder, "data"), columns);
    }

    private static void requireValues(TensorFile expected, List<Object> rows) {
        List<Object> values = new ArrayList<>();
        rows.forEach(row -> values.addAll(row instanceof List<?> list ? list : List.of(row)));
        assertThat(values).as(expected.name()).hasSameSizeAs(expected.values());
        for (int i = 0; i < values.size(); i++) {
            if (values.get(i) instanceof Float || values.get(i) instanceof Double) {
                assertThat(((Number) values.get(i)).doubleValue())
                        .isCloseTo(((Number) expected.values().get(i)).doubleValue(), within(TOLERANCE));
            } else {
                assertThat(values.get(i)).hasToString(expected.values().get(i).toString());
            }
        }
    }
}
