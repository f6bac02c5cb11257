// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Scores the demo's flights twice: once undisturbed, once in processes that are killed on the way and resumed. The two
 * outputs must have the same rows.
 */
final class CrashDemo {
    private static final int KILLS = 3;
    private static final long POLL_MILLIS = 2;

    private final Path data;
    private final Path model;
    private final Path undisturbed;
    private final Path crashed;
    private final PrintStream console;

    CrashDemo(Path data, Path model, Path out, PrintStream console) {
        this.data = data;
        this.model = model;
        this.undisturbed = out.resolve("undisturbed");
        this.crashed = out.resolve("crashed");
        this.console = console;
    }

    int run() throws IOException, InterruptedException {
        DemoFolders.emptied(undisturbed);
        DemoFolders.emptied(crashed);
        console.println("Scoring without a disturbance.");
        requireDone(start(undisturbed, false));
        for (int kill = 1; kill <= KILLS; kill++) {
            Process scoring = start(crashed, kill > 1);
            killAfterAnotherPart(scoring);
            console.printf(
                    "Killed the scoring process, %d of %d times; %d parts are complete.%n", kill, KILLS, parts());
        }
        console.println("Resuming to the end.");
        requireDone(start(crashed, true));
        return compare();
    }

    private int compare() {
        try (Forebay forebay = Forebay.open()) {
            Dataset first = forebay.dataset(undisturbed.toString());
            Dataset second = forebay.dataset(crashed.toString());
            long expected = DemoScores.orderFreeHash(first);
            long found = DemoScores.orderFreeHash(second);
            console.printf("undisturbed: %,d rows, hash %016x%n", first.rows(), expected);
            console.printf("crashed:     %,d rows, hash %016x%n", second.rows(), found);
            boolean same = first.rows() == second.rows() && expected == found;
            console.println(same ? "Same rows: none lost, none twice." : "The outputs differ.");
            return same ? 0 : Main.FAILED;
        }
    }

    private Process start(Path out, boolean resume) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "score",
                "--keep-all",
                "--json",
                "--data",
                data.toString(),
                "--model",
                model.toString(),
                "--out",
                out.toString()));
        if (resume) {
            command.add("--resume");
        }
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void killAfterAnotherPart(Process scoring) throws IOException, InterruptedException {
        long before = parts();
        while (scoring.isAlive() && parts() == before) {
            scoring.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS);
        }
        scoring.destroyForcibly().waitFor();
    }

    private long parts() throws IOException {
        if (!Files.isDirectory(crashed)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(crashed)) {
            return files.filter(file -> file.getFileName().toString().startsWith("part-"))
                    .count();
        }
    }

    private static void requireDone(Process scoring) throws InterruptedException {
        int status = scoring.waitFor();
        if (status != 0) {
            throw ForebayException.io("the scoring process must end well: status=" + status);
        }
    }
}
