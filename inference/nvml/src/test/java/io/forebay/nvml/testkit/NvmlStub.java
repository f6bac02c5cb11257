// SPDX-License-Identifier: Apache-2.0
package io.forebay.nvml.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A management library of three GPUs that exist nowhere, compiled from C, and the controls of it. GPU 0 is whole, GPU 1 split
 * by MIG, GPU 2 of an old model.
 */
public final class NvmlStub {
    private final Path library;
    private final NativeLibrary controls;

    private NvmlStub(Path library) {
        this.library = library;
        this.controls = NativeLibrary.getInstance(library.toString());
    }

    /** Compiles the library into {@code folder}, without the functions named; aborts the test where there is no compiler. */
    public static NvmlStub compile(Path folder, String... without) throws IOException, InterruptedException {
        Path source = Files.createTempFile(folder, "nvml", ".c");
        try (InputStream in = Objects.requireNonNull(NvmlStub.class.getResourceAsStream("nvml_stub.c"))) {
            Files.write(source, in.readAllBytes());
        }
        Path library = Path.of(source + ".so").toAbsolutePath();
        List<String> command = new ArrayList<>(List.of("cc", "-shared", "-fPIC", "-pthread", "-Wall", "-Werror"));
        for (String function : without) {
            command.add("-D" + function + "=absent_" + function);
        }
        command.addAll(List.of("-o", library.toString(), source.toString()));
        run(command);
        return new NvmlStub(library);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process compiler;
        try {
            compiler = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            abort("a C compiler must be on the path to make a library: " + e.getMessage());
            return;
        }
        String output = new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(compiler.waitFor()).as(output).isZero();
    }

    public Path library() {
        return library;
    }

    /** Nothing fails any more, nothing is lost, every count is 0 and every load starts anew. */
    public void reset() {
        controls.getFunction("stub_reset").invokeVoid(new Object[0]);
    }

    /** Makes a function fail with {@code code}, or succeed again with 0. */
    public void setError(String function, int code) {
        controls.getFunction("stub_set_error").invokeVoid(new Object[] {function, code});
    }

    /** A GPU falls off its bus. */
    public void lose(int index) {
        controls.getFunction("stub_lose").invokeVoid(new Object[] {index});
    }

    /** How often a function has been called. */
    public int calls(String function) {
        return controls.getFunction("stub_calls").invokeInt(new Object[] {function});
    }

    /** How many times more it has been initialised than shut down. */
    public int opened() {
        return controls.getFunction("stub_opened").invokeInt(new Object[0]);
    }

    /** Calls while it was not initialised, and shutdowns during a call. */
    public int violations() {
        return controls.getFunction("stub_violations").invokeInt(new Object[0]);
    }
}
