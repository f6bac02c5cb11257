// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import io.forebay.StepOrder;
import io.forebay.oracle.parquet.CountingFile;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.testkit.Readers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Four processes train together and are killed; two go on, and are killed; eight finish. Together they saw each row once. */
@Timeout(60)
class ShuffledProcessesTest {
    private static final int ROWS = 6_000;
    private static final int FILES = 2;
    private static final int MILLIS_BETWEEN_BATCHES = 20;
    private static final int STEPS_BEFORE_THE_KILL = 25;

    @TempDir
    Path folder;

    private int runs;

    /** What a run of all ranks got: the batches that all of them completed, as rows of the order, and the state after each. */
    private record Run(List<List<Long>> batches, List<String> states) {}

    @Test
    void killedProcessesAreFollowedByOthersThatMissAndRepeatNoRow() throws IOException, InterruptedException {
        Path files = Files.createDirectory(folder.resolve("files"));
        write(files);
        List<List<Long>> seen = new ArrayList<>();
        Path state = null;
        for (int world : List.of(4, 2, 8)) {
            boolean killed = world != 8;
            Run run = run(files, world, state, killed);
            seen.addAll(run.batches);
            assertThat(run.batches).hasSizeGreaterThan(killed ? STEPS_BEFORE_THE_KILL - 1 : 0);
            state = Files.writeString(
                    folder.resolve("state-" + world + ".json"), run.states.get(run.states.size() - 1));
        }
        assertThat(seen).isEqualTo(expected(files));
        assertThat(seen.stream().flatMap(List::stream).distinct()).hasSize(FILES * ROWS);
        assertThat(Files.readString(state)).contains("\"epoch\":1,\"nextRow\":0");
    }

    private static void write(Path files) throws IOException {
        FileLayout layout = new FileLayout(CompressionCodecName.SNAPPY, 1, 100, 700, true);
        for (int file = 0; file < FILES; file++) {
            CountingFile.write(files.resolve(file + ".parquet"), (long) file * ROWS, ROWS, layout);
        }
    }

    private static List<List<Long>> expected(Path files) {
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            StepOrder order = RankProcess.dataset(forebay, files.toString()).order();
            List<List<Long>> batches = new ArrayList<>();
            for (long step = 0; step < order.steps(); step++) {
                batches.add(Arrays.stream(order.rows(step)).boxed().toList());
            }
            return batches;
        }
    }

    private Run run(Path files, int world, Path state, boolean kill) throws IOException, InterruptedException {
        Path outputs = Files.createDirectory(folder.resolve("run-" + runs++));
        List<Process> ranks = new ArrayList<>();
        try {
            for (int rank = 0; rank < world; rank++) {
                ranks.add(start(files, rank, world, outputs.resolve("" + rank), state, kill));
            }
            if (kill) {
                awaitSteps(ranks, outputs);
            } else {
                for (Process rank : ranks) {
                    assertThat(rank.waitFor())
                            .as(() -> "exit of a rank: " + errors(outputs))
                            .isZero();
                }
            }
        } finally {
            for (Process rank : ranks) {
                rank.destroyForcibly().waitFor();
            }
        }
        return read(outputs, world);
    }

    private static Process start(Path files, int rank, int world, Path output, Path state, boolean slow)
            throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                RankProcess.class.getName(),
                files.toString(),
                "" + rank,
                "" + world,
                slow ? "" + MILLIS_BETWEEN_BATCHES : "0",
                output.toString()));
        if (state != null) {
            command.add(state.toString());
        }
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.resolveSibling(rank + ".log").toFile())
                .start();
    }

    /** Until every rank has written some batches; none of them may have come to its end. */
    private static void awaitSteps(List<Process> ranks, Path outputs) throws IOException, InterruptedException {
        for (int rank = 0; rank < ranks.size(); rank++) {
            while (lines(outputs.resolve("" + rank)).size() < STEPS_BEFORE_THE_KILL) {
                assertThat(ranks).as(() -> "a rank ended: " + errors(outputs)).allMatch(Process::isAlive);
                TimeUnit.MILLISECONDS.sleep(10);
            }
        }
        assertThat(ranks).as("ranks in the middle of the epoch").allMatch(Process::isAlive);
    }

    /** The newest state that all ranks had reached counts; batches after it are lost. */
    private static Run read(Path outputs, int world) throws IOException {
        List<List<String>> ranks = new ArrayList<>();
        for (int rank = 0; rank < world; rank++) {
            ranks.add(lines(outputs.resolve("" + rank)));
        }
        int steps = ranks.stream().mapToInt(List::size).min().orElseThrow();
        Run run = new Run(new ArrayList<>(), new ArrayList<>());
        for (int step = 0; step < steps; step++) {
            List<List<Long>> batches = new ArrayList<>();
            Set<String> states = new HashSet<>();
            for (List<String> lines : ranks) {
                String line = lines.get(step);
                int tab = line.indexOf('\t');
                batches.add(ids(line.substring(0, tab)));
                states.add(line.substring(tab + 1));
            }
            assertThat(states).as("states of all ranks after step %d", step).hasSize(1);
            run.states.addAll(states);
            run.batches.add(Readers.together(batches));
        }
        return run;
    }

    private static List<Long> ids(String text) {
        return Arrays.stream(text.split(" ", -1))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .toList();
    }

    /** The lines that were written to their end. */
    private static List<String> lines(Path output) throws IOException {
        if (!Files.exists(output)) {
            return List.of();
        }
        String text = Files.readString(output);
        return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
    }

    private static String errors(Path outputs) {
        try (var logs = Files.newDirectoryStream(outputs, "*.log")) {
            StringBuilder text = new StringBuilder();
            for (Path log : logs) {
                text.append(Files.readString(log));
            }
            return text.toString();
        } catch (IOException e) {
            return e.toString();
        }
    }
}
