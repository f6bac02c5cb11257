// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import io.forebay.Forebay;
import io.forebay.inference.Model;
import io.forebay.inference.testkit.ColumnFiles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Contexts and models that are opened, run and closed over and over leave nothing behind: no memory, thread or open file. The
 * property {@code forebay.cycles} sets how often.
 */
@EnabledOnOs(OS.LINUX)
class CyclesTest {
    private static final int CYCLES = Integer.getInteger("forebay.cycles", 300);
    private static final int WARM_UP_CYCLES = 150;

    /** More than the compiler and the C library come to need, and less than four kibibytes for each of 10,000 cycles. */
    private static final long GROWTH_BYTES_MAX = 32L << 20;

    private static final int SPARE = 4;
    private static final long PAGE_BYTES = 4096;

    @TempDir
    Path folder;

    /** In a process of its own, whose heap has its final size from the start. */
    @Test
    void nothingIsLeftBehind() throws Exception {
        Path model = new OnnxFiles()
                .input("x", OnnxFiles.FLOAT, -1)
                .output("y", OnnxFiles.FLOAT, -1)
                .node("Relu", "y", "x")
                .writeTo(folder.resolve("relu.onnx"));
        Path data;
        try (Forebay forebay = Forebay.open()) {
            data = ColumnFiles.write(forebay, folder.resolve("data"), column("x", 1f, -1f, 2f));
        }
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xms128m",
                        "-Xmx128m",
                        "-XX:+AlwaysPreTouch",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CyclesTest.class.getName(),
                        Integer.toString(CYCLES),
                        model.toString(),
                        data.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    /** Fails where something is left behind by as many cycles as the first argument says, of a model over data. */
    public static void main(String[] arguments) throws IOException {
        int cycles = Integer.parseInt(arguments[0]);
        Path model = Path.of(arguments[1]);
        Path data = Path.of(arguments[2]);
        run(WARM_UP_CYCLES, model, data);
        long residentBefore = residentBytes();
        int threadsBefore = Thread.activeCount();
        long filesBefore = openFiles();
        run(cycles, model, data);
        assertThat(Thread.activeCount()).as("threads").isLessThanOrEqualTo(threadsBefore + SPARE);
        assertThat(openFiles()).as("open files").isLessThanOrEqualTo(filesBefore + SPARE);
        assertThat(residentBytes() - residentBefore)
                .as("growth of resident memory over %d cycles", cycles)
                .isLessThan(GROWTH_BYTES_MAX);
    }

    private static void run(int cycles, Path model, Path data) {
        for (int i = 0; i < cycles; i++) {
            try (Forebay forebay = Forebay.builder().threads(2).build();
                    Model loaded = OnnxModel.of(model).load(forebay)) {
                assertThat(loaded.score(forebay.dataset(data.toString())).run().rows())
                        .isEqualTo(3);
            }
        }
        System.gc(); // what is only waiting to be collected has not been left behind
    }

    private static long residentBytes() throws IOException {
        String sizes = Files.readString(Path.of("/proc/self/statm")); // pages: all, resident, ...
        int from = sizes.indexOf(' ') + 1;
        long pages = Long.parseLong(sizes.substring(from, sizes.indexOf(' ', from)));
        return pages * PAGE_BYTES;
    }

    private static long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
    }
}
