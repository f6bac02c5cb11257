// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.CapturingSink;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.EngineContract;
import io.forebay.inference.testkit.ForebayTest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;

/** What TorchScript does not say has to be said, and what is said has to be true. */
class TorchModelTest extends ForebayTest {
    private static final int ROWS = 4;
    private static final String EXTRA = "mlp/extra/forebay.json";
    private static final TensorSpec EIGHT = new TensorSpec("x", Element.FLOAT32, List.of(-1L, 8L));
    private static final TensorSpec TWO = new TensorSpec("y", Element.FLOAT32, List.of(-1L, 2L));

    @Test
    void aSignatureThatIsGivenComesBeforeTheFiles() throws IOException {
        for (String name : List.of("signed", "unsigned")) {
            Map<String, byte[]> entries = mlp();
            if (name.equals("unsigned")) {
                entries.remove(EXTRA);
            }
            TorchModel model = TorchModel.of(write(name, entries)).signature(List.of(EIGHT), List.of(TWO));
            assertThat(score(model, "y", 8)).hasSize(ROWS);
        }
    }

    @Test
    void aFileWithoutASignatureNeedsOne() throws IOException {
        Map<String, byte[]> entries = mlp();
        entries.remove(EXTRA);
        requireRefused(TorchModel.of(write("unsigned", entries)), Kind.USAGE)
                .hasMessageStartingWith("TorchScript does not tell a model's inputs and outputs: save it with"
                        + " _extra_files={\"forebay.json\": …}, or give their signature");
    }

    @Test
    void aSignatureMustBeWellFormed() throws IOException {
        Map<String, byte[]> entries = mlp();
        for (String json : List.of(
                "{",
                "{} {}",
                "{\"inputs\":[{\"type\":\"float32\",\"shape\":[-1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"float31\",\"shape\":[-1]}]}",
                "{\"inputs\":[{\"name\":\"x\",\"type\":\"float32\",\"shape\":[-2]}]}")) {
            entries.put(EXTRA, json.getBytes(StandardCharsets.UTF_8));
            requireRefused(TorchModel.of(write("malformed", entries)), Kind.CORRUPT)
                    .hasMessageStartingWith("forebay.json must ");
        }
        TensorSpec words = new TensorSpec("x", Element.STRING, List.of(-1L));
        TorchModel model = TorchModel.of("model.pt");
        assertThatThrownBy(() -> model.signature(List.of(words), List.of(TWO)))
                .hasMessage("a tensor of PyTorch must not be of strings: tensor=x string[rows]");
        assertThatThrownBy(() -> model.signature(List.of(EIGHT), List.of(TWO, TWO)))
                .hasMessage("a model's inputs and outputs must have different names: name=y");
        assertThatThrownBy(() -> model.signature(List.of(), List.of(TWO)))
                .hasMessageStartingWith("a model must have an input and an output");
    }

    @Test
    void aSignatureMustBeTrue() throws IOException {
        Path file = write("signed", mlp());
        TensorSpec three = new TensorSpec("y", Element.FLOAT32, List.of(-1L, 3L));
        TensorSpec whole = new TensorSpec("y", Element.INT64, List.of(-1L, 2L));
        TensorSpec more = new TensorSpec("z", Element.FLOAT32, List.of(-1L));
        TensorSpec nine = new TensorSpec("x", Element.FLOAT32, List.of(-1L, 9L));
        TorchModel model = TorchModel.of(file);
        assertThatThrownBy(() -> score(model.signature(List.of(EIGHT), List.of(three)), "y", 8))
                .hasMessageStartingWith("a model's output must be what its signature says: output=y float32[rows, 3],"
                        + " expected=(1, 3), yields=float32(1, 2)");
        assertThatThrownBy(() -> score(model.signature(List.of(EIGHT), List.of(whole)), "y", 8))
                .hasMessageStartingWith("a model's output must be what its signature says: output=y int64[rows, 2]");
        assertThatThrownBy(() -> score(model.signature(List.of(EIGHT), List.of(TWO, more)), "y", 8))
                .hasMessageStartingWith("a model must yield as many tensors as its signature says: yields=1");
        assertThatThrownBy(() -> score(model.signature(List.of(nine), List.of(TWO)), "y", 9))
                .hasMessageStartingWith("the model failed to run: ");
    }

    /** What is made of an input is used again for the next batch, but not where a run may have changed it. */
    @Test
    void aModelMayChangeTheShapeOfItsInput() throws IOException {
        List<Object> expected = score(TorchModel.of(write("plain", mlp())), "scores", 8);
        Path changed = write(
                "changed", withLinear("torch.squeeze(torch.linear(torch.unsqueeze_(input, 0), weight, bias), 0)"));
        assertThat(TorchFile.changesInPlace(changed)).isTrue();
        assertThat(score(TorchModel.of(changed), "scores", 8)).hasSize(ROWS).isEqualTo(expected);
    }

    @Test
    void aResultNeedNotBeContiguous() throws IOException {
        Path plain = write("plain", mlp());
        assertThat(TorchFile.changesInPlace(plain)).isFalse();
        Path turned = write("turned", withLast("torch.t(torch.contiguous(torch.t(_0)))"));
        assertThat(score(TorchModel.of(turned), "scores", 8)).isEqualTo(score(TorchModel.of(plain), "scores", 8));
    }

    @Test
    void weightsWithoutCodeAreNoModel() throws IOException {
        Map<String, byte[]> entries = mlp();
        entries.keySet().removeIf(name -> name.startsWith("mlp/code/"));
        requireRefused(TorchModel.of(write("weights", entries)), Kind.CORRUPT)
                .hasMessageStartingWith(
                        "a model must be TorchScript, as torch.jit.save writes it: it has weights but no"
                                + " code, as torch.save writes it");
        requireRefused(TorchModel.of(write("other", Map.of("readme.txt", new byte[1]))), Kind.CORRUPT)
                .hasMessageContaining("it has no data.pkl");
    }

    @Test
    void damagedCodeIsRefused() throws IOException {
        Map<String, byte[]> entries = mlp();
        entries.replaceAll((name, bytes) -> name.endsWith(".py") ? "class?".getBytes(StandardCharsets.UTF_8) : bytes);
        requireRefused(TorchModel.of(write("damaged", entries)), Kind.CORRUPT)
                .hasMessageStartingWith("a model must be valid TorchScript: ");
    }

    private AbstractThrowableAssert<?, ?> requireRefused(TorchModel model, Kind kind) {
        return assertThatThrownBy(() -> model.load(forebay))
                .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                        .isEqualTo(kind));
    }

    /** {@link #ROWS} rows of {@code width} numbers, one in a batch. */
    private List<Object> score(TorchModel file, String output, int width) throws IOException {
        ColumnFiles.Column[] columns = new ColumnFiles.Column[width];
        for (int i = 0; i < width; i++) {
            columns[i] = column("c" + i, (float) i, i + 0.5f, -1f, 7f);
        }
        Path data = ColumnFiles.write(
                forebay, Files.createTempDirectory(folder, "data").resolve("new"), columns);
        CapturingSink sink = new CapturingSink(output);
        try (Model model = file.options(options -> options.withConcurrency(1)).load(forebay)) {
            model.score(forebay.dataset(data.toString()).batchRows(1))
                    .writeTo(sink)
                    .run();
        }
        return sink.values();
    }

    /** A file whose first layer is {@code code}. */
    private Map<String, byte[]> withLinear(String code) throws IOException {
        return with("linear.py", "torch.linear(input, weight, bias)", code);
    }

    /** A file whose result {@code _0} becomes {@code code}. */
    private Map<String, byte[]> withLast(String code) throws IOException {
        return with("___torch_mangle_0.py", "return _0", "return " + code);
    }

    private Map<String, byte[]> with(String file, String code, String other) throws IOException {
        Map<String, byte[]> entries = mlp();
        entries.replaceAll((name, bytes) -> {
            String text = new String(bytes, StandardCharsets.UTF_8);
            return name.endsWith(file) ? text.replace(code, other).getBytes(StandardCharsets.UTF_8) : bytes;
        });
        return entries;
    }

    /** The entries of a good file. */
    private Map<String, byte[]> mlp() throws IOException {
        Path good = folder.resolve("good.pt");
        try (InputStream in = Objects.requireNonNull(EngineContract.class.getResourceAsStream("models/mlp.pt"))) {
            Files.copy(in, good, StandardCopyOption.REPLACE_EXISTING);
        }
        Map<String, byte[]> entries = new TreeMap<>();
        try (ZipFile zip = new ZipFile(good.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream in = zip.getInputStream(entry)) {
                    entries.put(entry.getName(), in.readAllBytes());
                }
            }
        }
        return entries;
    }

    /** A file of these entries, stored as PyTorch wants them. */
    private Path write(String name, Map<String, byte[]> entries) throws IOException {
        Path file = folder.resolve(name + ".pt");
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setMethod(ZipOutputStream.STORED);
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                CRC32 crc = new CRC32();
                crc.update(entry.getValue());
                ZipEntry stored = new ZipEntry(entry.getKey());
                stored.setSize(entry.getValue().length);
                stored.setCrc(crc.getValue());
                zip.putNextEntry(stored);
                zip.write(entry.getValue());
                zip.closeEntry();
            }
        }
        return file;
    }
}
