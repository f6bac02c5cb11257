// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.inference.Model;
import io.forebay.inference.Nans;
import io.forebay.inference.Nulls;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Outcome;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.vector.util.Text;
import org.junit.jupiter.api.Test;

/** Features in front of a model, and outcomes behind it. */
class PreparedModelTest extends ForebayTest {
    @Test
    void featuresFillTheMatrixInTheirOrder() throws IOException {
        Preparation preparation = Preparation.none()
                .withFeature(Feature.of("code").oneHot(List.of("x", "y")))
                .withFeature(Feature.of("number").fill(10).minMax(0, 10));
        Path data = ColumnFiles.write(
                forebay,
                folder.resolve("data"),
                column("number", 5.0, null, 0.0),
                column("other", 9L, 9L, 9L),
                column("code", "y", "x", "z"));
        assertThat(score(OnnxModel.of(identity(3)).preparation(preparation), data, "out"))
                .isEqualTo(List.of(List.of(0f, 1f, 0.5f), List.of(1f, 0f, 1f), List.of(0f, 0f, 0f)));
    }

    @Test
    void whatLiesBesideTheModelIsUsedUnlessTold() throws IOException {
        Path model = identity(1);
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("number", 0.0, 1.0));
        Files.writeString(
                folder.resolve("identity.onnx.forebay.json"),
                Preparation.none().withFeature(Feature.of("number").log(1)).toJson());
        assertThat(score(OnnxModel.of(model), data, "out"))
                .isEqualTo(List.of(List.of(0f), List.of((float) Math.log(2))));
        assertThat(score(OnnxModel.of(model).preparation(Preparation.none()), data, "out"))
                .isEqualTo(List.of(List.of(0f), List.of(1f)));
    }

    @Test
    void nullsThatNobodyFillsAreThoseOfTheFeature() throws IOException {
        Preparation preparation =
                Preparation.none().withFeature(Feature.of("code").lookup(List.of("x"), 7));
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("code", "x", null, "y"));
        OnnxModel model = OnnxModel.of(identity(1)).preparation(preparation);
        assertThatThrownBy(() -> score(model, data, "out"))
                .hasMessageStartingWith("a model's input must not be null, unless told what stands in")
                .hasMessageContaining("column code, row 1");
        assertThat(score(model.nulls(Nulls.fill(-5)), data, "out"))
                .isEqualTo(List.of(List.of(0f), List.of(-5f), List.of(7f)));
    }

    @Test
    void valuesThatAreNotANumberPassFailOrAreFilled() throws IOException {
        Path data = ColumnFiles.write(
                forebay,
                folder.resolve("data"),
                column("a", 1f, 2f, Float.NaN, 4f),
                column("b", 1.0, null, 3.0, Double.NaN));
        OnnxModel matrix = OnnxModel.of(identity(2)).nulls(Nulls.fill(Double.NaN));
        assertThat(shown(score(matrix, data, "out"))).isEqualTo("[[1.0,1.0], [2.0,NaN], [NaN,3.0], [4.0,NaN]]");
        assertThat(shown(score(matrix.nans(Nans.fill(-1)), data, "out")))
                .isEqualTo("[[1.0,1.0], [2.0,-1.0], [-1.0,3.0], [4.0,-1.0]]");
        OnnxModel view = OnnxModel.of(identity(1)).bind("in", "a"); // the column's own memory, which stays as it is
        assertThat(shown(score(view.nans(Nans.fill(-1)), data, "out"))).isEqualTo("[[1.0], [2.0], [-1.0], [4.0]]");
        assertThatThrownBy(() -> score(view.nans(Nans.fail()), data, "out"))
                .hasMessage("a model's input must be a number: input=in float32[rows, 1] [at row 2]");
    }

    @Test
    void outcomesTakeThePlaceOfTheOutput() throws IOException {
        Preparation preparation = Preparation.none()
                .withInput("in", "a", "b")
                .withOutcome(Outcome.of("out").withSoftmax().named("share").labels("no", "yes"))
                .withOutcome(Outcome.of("out").named("verdict").argmax().labels("no", "yes"))
                .withOutcome(Outcome.of("out").named("place").argmax())
                .withOutcome(Outcome.of("out").named("positive").threshold(0))
                .withOutcome(Outcome.of("out").named("best").topK(1).labels("no", "yes"))
                .withOutcome(Outcome.of("out").named("ranked").topK(2));
        Path data = ColumnFiles.write(
                forebay, folder.resolve("data"), column("a", 1f, -2f, 0f, Float.NaN), column("b", 1f, 1f, -1f, 0f));
        OnnxModel model = OnnxModel.of(identity(2)).preparation(preparation);
        assertThat(score(model, data, "verdict")).isEqualTo(texts("no", "yes", "no", "no"));
        assertThat(score(model, data, "place")).isEqualTo(List.of(0L, 1L, 0L, 0L));
        assertThat(shown(score(model, data, "positive")))
                .isEqualTo("[[true,true], [false,true], [true,false], [true,true]]");
        assertThat(shown(score(model, data, "best"))).isEqualTo("[[no], [yes], [no], [no]]");
        assertThat(shown(score(model, data, "best_score"))).isEqualTo("[[1.0], [1.0], [0.0], [NaN]]");
        assertThat(shown(score(model, data, "ranked"))).isEqualTo("[[0,1], [1,0], [0,1], [0,1]]");
        float share = (float) (1 / (1 + Math.exp(-3)));
        assertThat(score(model, data, "share_yes").subList(0, 2)).isEqualTo(List.of(0.5f, share));
        assertThatThrownBy(() -> score(model, data, "out")).hasMessageContaining("out");
    }

    @Test
    void outcomesOfOneNumberARow() throws IOException {
        Path model = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("Identity", "y", "x")
                .writeTo(folder.resolve("one.onnx"));
        Preparation preparation = Preparation.none()
                .withOutcome(Outcome.of("y"))
                .withOutcome(Outcome.of("y").named("late").threshold(0.5).labels("no", "yes"));
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("x", 0.5f, 0.25f));
        OnnxModel file = OnnxModel.of(model).preparation(preparation);
        assertThat(score(file, data, "y")).isEqualTo(List.of(0.5f, 0.25f));
        assertThat(score(file, data, "late")).isEqualTo(texts("yes", "no"));
    }

    @Test
    void whatDoesNotFitIsRefusedBeforeTheRun() throws IOException {
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("a", 1f), column("b", 1f));
        requireRefused(data, Preparation.none().withFeature(Feature.of("c")), "column=c");
        requireRefused(
                data,
                Preparation.none().withOutcome(Outcome.of("in").argmax()),
                "an outcome must be made from an output of the model: output=in");
        requireRefused(
                data,
                Preparation.none().withOutcome(Outcome.of("out").topK(3)),
                "the greatest must not be more than there are: count=3, output=out float32[rows, 2] [at outcome out");
        requireRefused(
                data,
                Preparation.none().withOutcome(Outcome.of("out").argmax().labels("one")),
                "there must be a label for each of the numbers, or two for a threshold: labels=[one]");
    }

    @Test
    void anotherPreparationIsNoResumption() throws IOException {
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("number", 0.0, 1.0));
        Preparation first = Preparation.none().withFeature(Feature.of("number").log(1));
        Preparation second = Preparation.none().withFeature(Feature.of("number").log(2));
        Path out = folder.resolve("scores");
        run(OnnxModel.of(identity(1)).preparation(first), data, out);
        assertThatThrownBy(() -> run(OnnxModel.of(identity(1)).preparation(second), data, out))
                .hasMessageContaining("forebay.model");
        run(OnnxModel.of(identity(1)).preparation(first), data, out);
    }

    private void run(OnnxModel file, Path data, Path out) {
        try (Model model = file.load(forebay)) {
            model.score(forebay.dataset(data.toString()))
                    .writeTo(ParquetSink.at(out))
                    .resumable()
                    .run();
        }
    }

    @Test
    void aBoundIsANumberOfTheOutputsType() throws IOException {
        Preparation preparation = Preparation.none()
                .withInput("in", "a", "b")
                .withOutcome(Outcome.of("out").threshold(0.7));
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("a", 0.7f), column("b", 0.69f));
        assertThat(shown(score(OnnxModel.of(identity(2)).preparation(preparation), data, "out")))
                .isEqualTo("[[true,false]]");
    }

    @Test
    void listsStandBesideNumbersOfAnotherType() throws IOException {
        Path model = new OnnxFiles()
                .input("in", OnnxFiles.DOUBLE, -1, 3)
                .output("out", OnnxFiles.DOUBLE, -1, 3)
                .node("Identity", "out", "in")
                .writeTo(folder.resolve("doubles.onnx"));
        Preparation preparation = Preparation.none()
                .withFeature(Feature.of("code").oneHot(List.of("x", "y")))
                .withFeature(Feature.of("number"));
        Path data = ColumnFiles.write(
                forebay, folder.resolve("data"), column("code", "y", null, "x"), column("number", 0.5f, 1f, 2f));
        OnnxModel file = OnnxModel.of(model).preparation(preparation).nulls(Nulls.fill(-1));
        assertThat(shown(score(file, data, "out"))).isEqualTo("[[0.0,1.0,0.5], [-1.0,-1.0,1.0], [1.0,0.0,2.0]]");
    }

    private void requireRefused(Path data, Preparation preparation, String message) throws IOException {
        OnnxModel model = OnnxModel.of(identity(2)).preparation(preparation);
        assertThatThrownBy(() -> score(model, data, "out")).hasMessageContaining(message);
    }

    private static String shown(List<Object> lists) {
        return lists.toString().replace("\"", "");
    }

    private static List<Object> texts(String... values) {
        return Arrays.stream(values).map(value -> (Object) new Text(value)).toList();
    }

    private List<Object> score(OnnxModel file, Path data, String output) {
        CapturingSink sink = new CapturingSink(output);
        try (Model model = file.load(forebay)) {
            model.score(forebay.dataset(data.toString()).batchRows(2))
                    .writeTo(sink)
                    .run();
        }
        return sink.values();
    }

    private Path identity(int width) throws IOException {
        return new OnnxFiles()
                .input("in", OnnxFiles.FLOAT, -1, width)
                .output("out", OnnxFiles.FLOAT, -1, width)
                .node("Identity", "out", "in")
                .writeTo(folder.resolve("identity.onnx"));
    }
}
