// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OrtException;
import io.forebay.BadRows;
import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Device;
import io.forebay.inference.Model;
import io.forebay.inference.Nulls;
import io.forebay.inference.ScoreSummary;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ColumnFiles.Column;
import io.forebay.inference.testkit.ColumnFiles.Unsigned;
import io.forebay.inference.testkit.ForebayTest;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Holds what a model sees, what comes out, and how each mismatch of model and data is refused. */
class ScoringTest extends ForebayTest {
    @Test
    void aFloatColumnIsBoundWithoutACopy() throws IOException {
        Path model = sumModel();
        Path data = data(column("x", 1f, 2f, 3f), column("y", 10f, 20f, 30f));
        ScoreSummary summary = score(OnnxModel.of(model), data);
        assertThat(values("sum")).containsExactly(11f, 22f, 33f);
        assertThat(summary.metrics().bytesCopiedPerRow()).isZero();
        assertThat(summary.rows()).isEqualTo(3);
    }

    /** What stands in for the values of bad rows must not be scored. */
    @Test
    void aDataSetThatGoesOnBehindBadRowsIsRefused() throws IOException {
        Path data = data(column("x", 1f), column("y", 10f));
        try (Model loaded = OnnxModel.of(sumModel()).load(forebay)) {
            Dataset masking = forebay.dataset(data.toString()).badRows(BadRows.mask());
            for (ThrowingCallable use :
                    List.<ThrowingCallable>of(() -> loaded.score(masking).run(), () -> loaded.score(masking)
                            .measure(Duration.ofSeconds(1)))) {
                assertThatThrownBy(use)
                        .isInstanceOfSatisfying(ForebayException.class, e -> assertThat(e.kind())
                                .isEqualTo(Kind.UNSUPPORTED))
                        .hasMessage("rows that are scored must be readable: badRows=MASK");
            }
        }
    }

    @Test
    void numbersOfOtherTypesAreCastAndCounted() throws IOException {
        Path data = data(column("x", 1L, 2L), column("y", 0.5, 0.25));
        ScoreSummary summary = score(OnnxModel.of(sumModel()), data);
        assertThat(values("sum")).containsExactly(1.5f, 2.25f);
        assertThat(summary.metrics().bytesCopiedPerRow()).isEqualTo(8);
    }

    @Test
    void numberColumnsBecomeTheRowsOfAMatrix() throws IOException {
        Path model = new OnnxFiles()
                .input("features", OnnxFiles.FLOAT, -1, 3)
                .floats("w", new long[] {3, 2}, 1, 0, 10, 0, 100, 1)
                .output("out", OnnxFiles.FLOAT, -1, 2)
                .node("MatMul", "out", "features", "w")
                .writeTo(folder.resolve("matrix.onnx"));
        Path data = data(column("a", 1, 2), column("label", "p", "q"), column("b", 3.0, 4.0), column("c", 5f, 6f));
        CapturingSink sink = new CapturingSink("out");
        try (Model loaded = OnnxModel.of(model).load(forebay)) {
            loaded.score(forebay.dataset(data.toString())).writeTo(sink).run();
        }
        assertThat(sink.values()).containsExactly(List.of(531f, 5f), List.of(642f, 6f));
    }

    @Test
    void anExplicitBindingOverridesNames() throws IOException {
        Path data = data(column("x", 1f), column("y", 2f), column("z", 40f));
        score(OnnxModel.of(sumModel()).bind("y", "z"), data);
        assertThat(values("sum")).containsExactly(41f);
    }

    @Test
    void stringsIntegersAndBooleansAreBoundByTheirTypes() throws IOException {
        Path model = new OnnxFiles()
                .input("name", OnnxFiles.STRING, -1)
                .input("n", OnnxFiles.INT64, -1)
                .input("flag", OnnxFiles.BOOL, -1)
                .output("same", OnnxFiles.BOOL, -1)
                .output("n_out", OnnxFiles.INT64, -1)
                .output("flag_out", OnnxFiles.BOOL, -1)
                .node("Identity", "name_copy", "name")
                .node("Equal", "same", "n", "n")
                .node("Identity", "n_out", "n")
                .node("Not", "flag_out", "flag")
                .writeTo(folder.resolve("typed.onnx"));
        Path data = data(column("name", "a", "ä€", ""), column("n", 7L, -1L, 0L), column("flag", true, false, true));
        score(OnnxModel.of(model), data);
        assertThat(values("n_out")).containsExactly(7L, -1L, 0L);
        assertThat(values("flag_out")).containsExactly(false, true, false);
    }

    @Test
    void whatAStringSaysReachesTheModel() throws IOException {
        Path model = new OnnxFiles()
                .input("text", OnnxFiles.STRING, -1)
                .output("number", OnnxFiles.FLOAT, -1)
                .cast("number", OnnxFiles.FLOAT, "text")
                .writeTo(folder.resolve("parsing.onnx"));
        Path data = data(column("text", "1.5", "-20", "1.5", "0.00000000000000000000000000000000000125", "7"));
        score(OnnxModel.of(model), data);
        assertThat(values("number")).containsExactly(1.5f, -20f, 1.5f, 1.25e-36f, 7f);
    }

    /** The engine's strings go through JNI's encoding, which would change these. */
    @Test
    void aStringThatTheEngineWouldChangeIsRefused() throws IOException {
        Path model = new OnnxFiles()
                .input("text", OnnxFiles.STRING, -1)
                .output("number", OnnxFiles.FLOAT, -1)
                .cast("number", OnnxFiles.FLOAT, "text")
                .writeTo(folder.resolve("parsing.onnx"));
        for (String text : List.of("a\uD83D\uDE00b", "a\0b")) {
            Path data =
                    ColumnFiles.write(forebay, folder.resolve("data" + text.length()), column("text", "plain", text));
            assertThatThrownBy(() -> score(OnnxModel.of(model), data))
                    .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining("characters up to U+FFFF other than U+0000");
            assertThat(folder.resolve("out")).doesNotExist();
        }
    }

    @Test
    void unsignedNumbersKeepTheirValues() throws IOException {
        Path model = new OnnxFiles()
                .input("n", OnnxFiles.INT64, -1)
                .output("same", OnnxFiles.INT64, -1)
                .node("Identity", "same", "n")
                .writeTo(folder.resolve("identity.onnx"));
        Path data = data(column("n", new Unsigned(1), new Unsigned(-1), new Unsigned(3)));
        score(OnnxModel.of(model), data);
        assertThat(values("same")).containsExactly(1L, 4_294_967_295L, 3L);
    }

    @Test
    void anOutputThatIsAnInputIsRefused() throws IOException {
        Path model = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("Identity", "y", "x")
                .writeTo(folder.resolve("passing.onnx"));
        assertThatThrownBy(() -> OnnxModel.of(model).load(forebay))
                .hasMessageStartingWith("a model's output must not be one of its inputs: output=x float32[rows]");
    }

    @Test
    void aFreeDimensionTakesWhatTheOthersLeave() throws IOException {
        Path model = new OnnxFiles()
                .input("pairs", OnnxFiles.FLOAT, -1, -1, 3)
                .output("out", OnnxFiles.FLOAT, -1, 2)
                .reduceMax("out", "pairs", 2)
                .writeTo(folder.resolve("pairs.onnx"));
        Path data = data(
                column("a", 1f), column("b", 2f), column("c", 3f), column("d", 4f), column("e", 5f), column("f", 6f));
        CapturingSink sink = new CapturingSink("out");
        try (Model loaded =
                OnnxModel.of(model).bind("pairs", "a", "b", "c", "d", "e", "f").load(forebay)) {
            loaded.score(forebay.dataset(data.toString())).writeTo(sink).run();
        }
        assertThat(sink.values()).containsExactly(List.of(3f, 6f));
        assertThatThrownBy(() -> score(OnnxModel.of(model).bind("pairs", "a", "b"), data))
                .hasMessageStartingWith("columns must have as many values a row as the model's input");
    }

    @Test
    void aFillThatTheInputCannotHoldIsWrongUsage() throws IOException {
        Path model = new OnnxFiles()
                .input("n", OnnxFiles.INT64, -1)
                .output("same", OnnxFiles.INT64, -1)
                .node("Identity", "same", "n")
                .writeTo(folder.resolve("identity.onnx"));
        Path data = data(column("n", 1L, null));
        assertThatThrownBy(() -> score(OnnxModel.of(model).nulls(Nulls.fill(0.5)), data))
                .hasMessage("what stands in for nulls must be a value of the input's type: input=n int64[rows],"
                        + " fill=0.5");
    }

    @Test
    void dataOfAnotherContextIsWrongUsage() throws IOException {
        Path data = data(column("x", 1f), column("y", 2f));
        try (Forebay other = Forebay.open();
                Model model = OnnxModel.of(sumModel()).load(forebay)) {
            Dataset foreign = other.dataset(data.toString());
            assertThatThrownBy(() -> model.score(foreign))
                    .hasMessage("a model scores data sets of the context that it was loaded in");
        }
    }

    @Test
    void aBindingNeedsAColumn() throws IOException {
        OnnxModel model = OnnxModel.of(sumModel());
        assertThatThrownBy(() -> model.bind("x")).hasMessage("an input must be bound to a column: input=x");
    }

    @Test
    void aNullIsRefusedByColumnAndRow() throws IOException {
        Path data = data(column("x", 1f, null, 3f), column("y", 1f, 1f, 1f));
        assertThatThrownBy(() -> score(OnnxModel.of(sumModel()), data))
                .isInstanceOf(ForebayException.class)
                .hasMessage("a model's input must not be null, unless told what stands in: input=x float32[rows]"
                        + " [at column x, row 1]");
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aNullIsFilledWhereAskedFor() throws IOException {
        Path data = data(column("x", 1f, null, 3f), column("y", 1f, 1f, 1f));
        score(OnnxModel.of(sumModel()).nulls(Nulls.fill(-5)), data);
        assertThat(values("sum")).containsExactly(2f, -4f, 4f);
    }

    @Test
    void aMaskInputTellsValuesFromNulls() throws IOException {
        Path model = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .input("x_mask", OnnxFiles.FLOAT, -1)
                .output("out", OnnxFiles.FLOAT, -1)
                .node("Sub", "out", "x", "x_mask")
                .writeTo(folder.resolve("mask.onnx"));
        Path data = data(column("x", 5f, null));
        score(OnnxModel.of(model).nulls(Nulls.mask(9)), data);
        assertThat(values("out")).containsExactly(4f, 9f);
    }

    @Test
    void keptColumnsComeFirstAndAnOutputMustNotClash() throws IOException {
        Path data = data(column("x", 1f), column("y", 2f), column("sum", 3f));
        try (Model model = OnnxModel.of(sumModel()).load(forebay)) {
            assertThatThrownBy(() -> model.score(forebay.dataset(data.toString()))
                            .keepAll()
                            .run())
                    .hasMessage("an output must not have the name of a kept column, or of another output: output=sum");
            model.score(forebay.dataset(data.toString()))
                    .keep("y")
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .run();
        }
        Dataset out = forebay.dataset(folder.resolve("out").toString());
        assertThat(out.schema().getFields()).extracting("name").containsExactly("y", "sum");
    }

    @Test
    void aTypeThatDoesNotFitIsRefused() throws IOException {
        Path data = data(column("x", "text"), column("y", 2f));
        assertThatThrownBy(() -> score(OnnxModel.of(sumModel()), data))
                .hasMessage(
                        "a column's type must fit the model's input: input=x float32[rows], type=utf8 [at column x]")
                .extracting(failure -> ((ForebayException) failure).kind())
                .isEqualTo(Kind.UNSUPPORTED);
    }

    @Test
    void aMissingInputNamesItAndTheColumns() throws IOException {
        Path data = data(column("x", 1f), column("z", "text"));
        assertThatThrownBy(() -> score(OnnxModel.of(sumModel()), data))
                .hasMessage("every input of a model needs a column of its name: input=y float32[rows],"
                        + " columns=[x, z], freeColumns=0, freeValuesPerRow=0 [at input y]");
    }

    @Test
    void aFileThatIsNoModelIsCorrupt() throws IOException {
        Path file = Files.writeString(folder.resolve("broken.onnx"), "not a model");
        assertThatThrownBy(() -> OnnxModel.of(file).load(forebay))
                .isInstanceOf(ForebayException.class)
                .hasMessageStartingWith("a model must be valid ONNX: ")
                .hasMessageEndingWith(" [at " + file + "]");
    }

    @Test
    void aMissingModelFileIsSaidSo() {
        Path file = folder.resolve("absent.onnx");
        assertThatThrownBy(() -> OnnxModel.of(file).load(forebay)).hasMessage("file must exist [at " + file + "]");
    }

    @Test
    void typesThatJavaDoesNotCarryAreRefusedWhenLoaded() throws IOException {
        int uint32 = 12;
        Path model = new OnnxFiles()
                .input("x", uint32, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .cast("y", OnnxFiles.FLOAT, "x")
                .writeTo(folder.resolve("unsigned.onnx"));
        assertThatThrownBy(() -> OnnxModel.of(model).load(forebay))
                .hasMessageStartingWith("a tensor's element type must be one that the Java API carries: name=x, type="
                        + "ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32");
    }

    @Test
    void aRefusedDeviceIsRecordedOrFatal() throws IOException {
        Path model = sumModel();
        try (Model loaded = OnnxModel.of(model).device(Device.cuda(0)).load(forebay)) {
            assertThat(loaded.device().used()).containsExactly(Device.cpu());
            assertThat(loaded.device().refused()).singleElement().satisfies(refusal -> assertThat(refusal.cause())
                    .contains("onnxruntime_gpu"));
        }
        OnnxModel strict = OnnxModel.of(model)
                .options(options -> options.withDevices(List.of(Device.cuda(0))).withStrictDevice(true));
        assertThatThrownBy(() -> strict.load(forebay)).hasMessageContaining("one device must run the model");
    }

    @Test
    void aProbePassesWhereOnlyMadeUpValuesFail() throws IOException, OrtException {
        Path parses = new OnnxFiles()
                .input("text", OnnxFiles.STRING, -1)
                .output("number", OnnxFiles.FLOAT, -1)
                .cast("number", OnnxFiles.FLOAT, "text")
                .writeTo(folder.resolve("parses.onnx"));
        Path divides = new OnnxFiles()
                .input("a", OnnxFiles.INT64, -1)
                .input("b", OnnxFiles.INT64, -1)
                .output("ratio", OnnxFiles.INT64, -1)
                .node("Div", "ratio", "a", "b")
                .writeTo(folder.resolve("divides.onnx"));
        for (Path model : List.of(sumModel(), parses, divides)) {
            try (OnnxSession session = OnnxFiles.load(model)) {
                session.probe();
            }
        }
    }

    @Test
    void aProbeFailsWithTheModel() throws IOException, OrtException {
        Path model = new OnnxFiles()
                .input("index", OnnxFiles.INT64, -1)
                .floats("table", new long[] {1}, 1)
                .output("value", OnnxFiles.FLOAT, -1)
                .node("Gather", "value", "table", "index")
                .writeTo(folder.resolve("fails.onnx"));
        try (OnnxSession session = OnnxFiles.load(model)) {
            assertThatThrownBy(session::probe).isInstanceOf(OrtException.class);
        }
    }

    @Test
    void weightsMayLieInTheModelsFolderAndNowhereElse() throws IOException {
        Path inner = Files.createDirectory(folder.resolve("model"));
        byte[] weights = new byte[2 * Float.BYTES];
        Path secret = Files.write(folder.resolve("secret.bin"), weights);
        Files.write(inner.resolve("weights.bin"), weights);
        Files.createSymbolicLink(inner.resolve("link.bin"), secret);
        OnnxModel.of(withWeights(inner, "weights.bin")).load(forebay).close();
        for (String location : List.of("../secret.bin", secret.toString(), "link.bin", "missing.bin")) {
            Path model = withWeights(inner, location);
            assertThatThrownBy(() -> OnnxModel.of(model).load(forebay))
                    .isInstanceOf(ForebayException.class)
                    .hasMessageContaining("External data path validation failed for initializer: w");
        }
    }

    private static Path withWeights(Path folder, String location) throws IOException {
        return new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1, 2)
                .externalFloats("w", location, 2)
                .output("y", OnnxFiles.FLOAT, -1, 2)
                .node("Add", "y", "x", "w")
                .writeTo(folder.resolve("weights.onnx"));
    }

    @Test
    void columnsWithDictionariesAreKeptAndFedAsTheirValues() throws IOException {
        Path model = new OnnxFiles()
                .input("text", OnnxFiles.STRING, -1)
                .output("number", OnnxFiles.FLOAT, -1)
                .cast("number", OnnxFiles.FLOAT, "text")
                .writeTo(folder.resolve("parsing.onnx"));
        Path data = data(column("text", "1.5", "-20", "1.5", "7"), column("word", "a", null, "b", "a"));
        try (Model loaded = OnnxModel.of(model).load(forebay)) {
            loaded.score(forebay.dataset(data.toString())
                            .dictionary("text")
                            .dictionary("word")
                            .batchRows(3))
                    .keep("word", "text")
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .run();
        }
        assertThat(values("number")).containsExactly(1.5f, -20f, 1.5f, 7f);
        assertThat(values("text").stream().map(String::valueOf)).containsExactly("1.5", "-20", "1.5", "7");
        assertThat(values("word").stream().map(String::valueOf)).containsExactly("a", "null", "b", "a");
    }

    /** Libraries of operators are never loaded. */
    @Test
    void anOperatorThatTheRuntimeDoesNotHaveIsRefused() throws IOException {
        Path model = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("MyOwn", "y", "x")
                .writeTo(folder.resolve("own.onnx"));
        assertThatThrownBy(() -> OnnxModel.of(model).load(forebay))
                .isInstanceOf(ForebayException.class)
                .hasMessageContaining("MyOwn");
    }

    @Test
    void zeroRowsYieldAnEmptyPartWithTheColumns() throws IOException {
        Path data = data(column("x", 1f), column("y", 2f));
        try (Model model = OnnxModel.of(sumModel()).load(forebay)) {
            ScoreSummary summary = model.score(forebay.dataset(data.toString()).limit(0))
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .run();
            assertThat(summary.rows()).isZero();
        }
        assertThat(folder.resolve("out/_SUCCESS")).exists();
        assertThat(values("sum")).isEmpty();
    }

    @Test
    void aFinishedRunResumesToNothing() throws IOException {
        Path data = data(column("x", 1f, 2f), column("y", 2f, 3f));
        score(OnnxModel.of(sumModel()), data);
        ScoreSummary again = resume(OnnxModel.of(sumModel()), data);
        assertThat(again.rows()).isZero();
        assertThat(again.parts()).isEqualTo(1);
        assertThatThrownBy(() -> score(OnnxModel.of(sumModel()), data))
                .hasMessageStartingWith("output folder must be absent or empty");
    }

    @Test
    void resumingOverOtherDataIsRefusedByField() throws IOException {
        Path data = data(column("x", 1f, 2f), column("y", 2f, 3f));
        score(OnnxModel.of(sumModel()), data);
        Path other = ColumnFiles.write(forebay, folder.resolve("other"), column("x", 9f, 2f), column("y", 2f, 3f));
        assertThatThrownBy(() -> resume(OnnxModel.of(sumModel()), other))
                .hasMessageStartingWith("a resumed read must have the same fingerprint as its checkpoint: ");
    }

    @Test
    void resumingAnotherScoringIsRefused() throws IOException {
        Path data = data(column("x", 1f, 2f), column("y", 2f, 3f));
        OnnxModel sum = OnnxModel.of(sumModel());
        score(sum, data);
        requireNotResumable(OnnxModel.of(binaryModel("Sub")), data);
        requireNotResumable(sum.bind("x", "y"), data);
        requireNotResumable(sum.nulls(Nulls.fill(0)), data);
        Path moved = Files.move(folder.resolve("Add.onnx"), folder.resolve("moved.onnx"));
        assertThat(resume(OnnxModel.of(moved), data).rows()).isZero();
    }

    private void requireNotResumable(OnnxModel onnx, Path data) {
        assertThatThrownBy(() -> resume(onnx, data))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(Kind.USAGE))
                .hasMessageStartingWith("a resumed run must have the same forebay.model as the parts that are there:");
    }

    @Test
    void aCancelledRunSaysSo() throws IOException {
        Path data = data(column("x", 1f), column("y", 2f));
        try (Model model = OnnxModel.of(sumModel()).load(forebay)) {
            var run = model.score(forebay.dataset(data.toString()));
            run.cancel();
            assertThatThrownBy(run::run)
                    .extracting(failure -> ((ForebayException) failure).kind())
                    .isEqualTo(Kind.CANCELLED);
        }
    }

    private Path sumModel() throws IOException {
        return binaryModel("Add");
    }

    private Path binaryModel(String operator) throws IOException {
        return new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .input("y", OnnxFiles.FLOAT, -1)
                .output("sum", OnnxFiles.FLOAT, -1)
                .node(operator, "sum", "x", "y")
                .writeTo(folder.resolve(operator + ".onnx"));
    }

    private Path data(Column... columns) {
        return ColumnFiles.write(forebay, folder.resolve("data"), columns);
    }

    private ScoreSummary score(OnnxModel onnx, Path data) {
        try (Model model = onnx.load(forebay)) {
            return model.score(forebay.dataset(data.toString()))
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .run();
        }
    }

    private ScoreSummary resume(OnnxModel onnx, Path data) {
        try (Model model = onnx.load(forebay)) {
            return model.score(forebay.dataset(data.toString()))
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .resumable()
                    .run();
        }
    }

    /** A column of the output. */
    private List<Object> values(String column) {
        List<Object> values = new ArrayList<>();
        try (BatchStream batches = forebay.dataset(folder.resolve("out").toString()).select(column).stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    FieldVector vector = batch.column(column);
                    for (int row = 0; row < batch.rows(); row++) {
                        values.add(vector.getObject(row));
                    }
                }
            }
        }
        return values;
    }
}
