// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the engine says comes in an exception, on one line, and nowhere else. */
class OnnxErrorsTest {
    @TempDir
    Path folder;

    @Test
    void aLongMessageKeepsBothEnds() {
        String message = OnnxErrors.message(new Exception("the rule\n" + "at some place ".repeat(100) + "\nthe cause"));
        assertThat(message).startsWith("the rule at some place").endsWith("place the cause");
        assertThat(message).hasSizeLessThan(420).doesNotContain("\n");
    }

    @Test
    void aModelThatTheEngineWarnsOfPrintsNothing() throws Exception {
        Path file = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .floats("unused", new long[] {1}, 1f)
                .node("Relu", "y", "x")
                .writeTo(folder.resolve("warned.onnx"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Loading.class.getName(),
                        file.toString())
                .redirectErrorStream(true)
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(printed.lines().filter(line -> !line.isEmpty() && !line.startsWith("WARNING: "))) // the JVM's own
                .containsExactly("loaded");
    }

    /** Loads a model in a process of its own: the engine prints past {@link System#err}. */
    static final class Loading {
        public static void main(String[] arguments) {
            OnnxFiles.load(Path.of(arguments[0])).close();
            System.out.println("loaded");
        }
    }
}
