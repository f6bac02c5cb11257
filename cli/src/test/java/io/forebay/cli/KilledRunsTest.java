// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Dataset;
import io.forebay.Forebay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scoring process that is killed at random points, again and again, loses no row and writes none twice. */
class KilledRunsTest {
    private static final String SHARD = "../examples/flights/data/flights-0.parquet";
    private static final String MODEL = "../examples/flights/delay.onnx";
    private static final int KILLS = 20;
    private static final int KILL_MILLIS_MAX = 250;

    @TempDir
    Path folder;

    @Test
    void outputEqualsThatOfAnUndisturbedRun() throws Exception {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        Path undisturbed = folder.resolve("undisturbed");
        Path killed = folder.resolve("killed");
        assertThat(worker(undisturbed).waitFor()).isZero();
        int kills = 0;
        while (kills < KILLS) {
            Files.createDirectories(killed);
            Process process = worker(killed);
            awaitWork(process, killed);
            if (process.waitFor(random.nextInt(KILL_MILLIS_MAX), TimeUnit.MILLISECONDS)) {
                assertComplete(undisturbed, killed, seed); // it came to its end: start another round
                DemoFolders.emptied(killed);
            } else {
                process.destroyForcibly().waitFor();
                kills++;
            }
        }
        assertThat(worker(killed).waitFor()).isZero();
        assertComplete(undisturbed, killed, seed);
    }

    /** Waits until the worker has opened its output: a kill before that would test nothing. */
    private static void awaitWork(Process process, Path out) throws IOException, InterruptedException {
        while (!Files.exists(out.resolve(".forebay.lock")) && !process.waitFor(2, TimeUnit.MILLISECONDS)) {
            assertThat(out).exists();
        }
    }

    private void assertComplete(Path undisturbed, Path killed, long seed) throws IOException {
        try (Forebay forebay = Forebay.open()) {
            Dataset expected = forebay.dataset(undisturbed.toString());
            Dataset found = forebay.dataset(killed.toString());
            assertThat(found.rows()).as("seed %d", seed).isEqualTo(expected.rows());
            assertThat(DemoScores.orderFreeHash(found))
                    .as("seed %d", seed)
                    .isEqualTo(DemoScores.orderFreeHash(expected));
        }
        try (Stream<Path> files = Files.list(killed)) {
            assertThat(files.filter(file -> file.getFileName().toString().startsWith(".")))
                    .as("seed %d", seed)
                    .isEmpty();
        }
    }

    private Process worker(Path out) throws IOException {
        List<String> command =
                ForebayProcess.command(List.of(), ScoreWorker.class.getName(), SHARD, MODEL, out.toString());
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(folder.resolve("err").toFile())
                .start();
    }
}
