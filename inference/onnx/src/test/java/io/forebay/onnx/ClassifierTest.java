// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ColumnFiles.Column;
import io.forebay.inference.testkit.ForebayTest;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Classifiers as the libraries of classical models export them: the same as row by row through ONNX Runtime. */
class ClassifierTest extends ForebayTest {
    private static final int FEATURES = 6;
    private static final int CLASSES = 3;
    private static final int ROWS = 257;

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void fiveHundredTreesScoreAsRowByRow(boolean namedClasses) throws IOException, OrtException {
        Path file = new TreeEnsemble(500, 6, FEATURES, CLASSES, 1)
                .model(namedClasses)
                .writeTo(folder.resolve("trees.onnx"));
        float[][] rows = rows();
        List<Object> labels = new ArrayList<>();
        List<Map<?, ?>> probabilities = new ArrayList<>();
        rowByRow(file, rows, labels, probabilities);
        Path data = data(rows);
        try (Model model = OnnxModel.of(file).load(forebay)) {
            assertThat(scored(model, data, TreeEnsemble.LABEL)).isEqualTo(labels);
            for (int i = 0; i < CLASSES; i++) {
                Object name = namedClasses ? "class " + i : (Object) (10L + i);
                assertThat(scored(model, data, TreeEnsemble.PROBABILITIES + "_" + name))
                        .isEqualTo(probabilities.stream()
                                .map(row -> (Object) row.get(name))
                                .toList());
            }
        }
    }

    @Test
    void columnsOfOneNameAreRefused() throws IOException {
        OnnxFiles files = new TreeEnsemble(2, 2, FEATURES, CLASSES, 1).model(false);
        Path file = files.output(TreeEnsemble.PROBABILITIES + "_11", OnnxFiles.FLOAT, -1, FEATURES)
                .node("Identity", TreeEnsemble.PROBABILITIES + "_11", TreeEnsemble.INPUT)
                .writeTo(folder.resolve("clash.onnx"));
        Path data = data(rows());
        try (Model model = OnnxModel.of(file).load(forebay)) {
            assertThatThrownBy(() -> scored(model, data, TreeEnsemble.LABEL))
                    .hasMessage("an output must not have the name of a kept column, or of another output:"
                            + " output=probability_11");
        }
    }

    /** Exporters give each column an input of its own, of one number a row. */
    @Test
    void inputsOfOneColumnEach() throws IOException {
        Path file = new OnnxFiles()
                .input("a", OnnxFiles.FLOAT, -1, 1)
                .input("b", OnnxFiles.FLOAT, -1, 1)
                .output("sum", OnnxFiles.FLOAT, -1, 1)
                .node("Add", "sum", "a", "b")
                .writeTo(folder.resolve("columns.onnx"));
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("a", 1f, 2f), column("b", 10L, 20L));
        try (Model model = OnnxModel.of(file).load(forebay)) {
            assertThat(scored(model, data, "sum")).isEqualTo(List.of(List.of(11f), List.of(22f)));
        }
    }

    private List<Object> scored(Model model, Path data, String output) {
        CapturingSink sink = new CapturingSink(output);
        model.score(forebay.dataset(data.toString()).batchRows(50))
                .writeTo(sink)
                .run();
        return sink.values().stream()
                .map(value -> value instanceof org.apache.arrow.vector.util.Text ? value.toString() : value)
                .toList();
    }

    private static float[][] rows() {
        Random random = new Random(2);
        float[][] rows = new float[ROWS][FEATURES];
        for (float[] row : rows) {
            for (int i = 0; i < FEATURES; i++) {
                row[i] = random.nextFloat();
            }
        }
        return rows;
    }

    private Path data(float[][] rows) {
        Column[] columns = new Column[FEATURES];
        for (int i = 0; i < FEATURES; i++) {
            List<Object> values = new ArrayList<>();
            for (float[] row : rows) {
                values.add(row[i]);
            }
            columns[i] = new Column("f" + i, values);
        }
        return ColumnFiles.write(forebay, folder.resolve("data"), columns);
    }

    private static void rowByRow(Path file, float[][] rows, List<Object> labels, List<Map<?, ?>> probabilities)
            throws OrtException {
        OrtEnvironment environment = OnnxEnvironment.get();
        try (OrtSession.SessionOptions oneThread = new OrtSession.SessionOptions()) {
            oneThread.setIntraOpNumThreads(1); // several add up the trees of a single row in an order of their own
            try (OrtSession session = environment.createSession(file.toString(), oneThread)) {
                rowByRow(environment, session, rows, labels, probabilities);
            }
        }
    }

    private static void rowByRow(
            OrtEnvironment environment,
            OrtSession session,
            float[][] rows,
            List<Object> labels,
            List<Map<?, ?>> probabilities)
            throws OrtException {
        for (float[] row : rows) {
            try (OnnxTensor input =
                            OnnxTensor.createTensor(environment, FloatBuffer.wrap(row), new long[] {1, FEATURES});
                    OrtSession.Result result = session.run(Map.of(TreeEnsemble.INPUT, input))) {
                labels.add(Array.get(result.get(0).getValue(), 0));
                for (Object map : ((OnnxSequence) result.get(1)).getValue()) {
                    probabilities.add(((OnnxMap) map).getValue());
                }
            }
        }
    }
}
