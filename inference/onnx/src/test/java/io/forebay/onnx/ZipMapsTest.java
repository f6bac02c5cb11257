// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model's maps are found and replaced; whatever else a file holds is left to the engine. */
class ZipMapsTest {
    private static Path scratch;

    @BeforeContainer
    static void makeScratch() throws IOException {
        scratch = Files.createTempFile("model", ".onnx");
    }

    @AfterContainer
    static void deleteScratch() throws IOException {
        Files.delete(scratch);
    }

    @Test
    void tellsTheClassesOfEachMap(@TempDir Path folder) throws IOException {
        Path numbered = new TreeEnsemble(1, 1, 2, 2, 1).model(false).writeTo(folder.resolve("numbered.onnx"));
        assertThat(ZipMaps.replaceIn(numbered).labels()).isEqualTo(Map.of("probability", List.of("10", "11")));
        Path named = new TreeEnsemble(1, 1, 2, 2, 1).model(true).writeTo(folder.resolve("named.onnx"));
        assertThat(ZipMaps.replaceIn(named).labels()).isEqualTo(Map.of("probability", List.of("class 0", "class 1")));
    }

    @Test
    void aModelWithoutMapsIsLeftAsItIs(@TempDir Path folder) throws IOException {
        Path plain = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("Relu", "y", "x")
                .writeTo(folder.resolve("plain.onnx"));
        assertThat(ZipMaps.replaceIn(plain)).isNull();
        assertThat(ZipMaps.replaceIn(Files.createFile(folder.resolve("empty.onnx"))))
                .isNull();
    }

    @Property(tries = 500)
    void anyBytesArePassedOver(@ForAll long seed, @ForAll @IntRange(min = 1, max = 20) int changes) throws IOException {
        byte[] bytes = Files.readAllBytes(
                new TreeEnsemble(2, 2, 2, 2, 1).model(seed % 2 == 0).writeTo(scratch));
        Random random = new Random(seed);
        for (int i = 0; i < changes; i++) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        Files.write(scratch, bytes);
        ZipMaps.Replaced replaced = ZipMaps.replaceIn(scratch);
        if (replaced != null) {
            assertThat(replaced.labels()).isNotEmpty();
        }
    }
}
