// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs classes of this module in a child JVM that gets no flag at all, as an application's would. */
final class ForebayProcess {
    private static final long TIMEOUT_SECONDS = 120;

    private ForebayProcess() {}

    /** What a process printed, and how it ended. */
    record Outcome(int status, String out, String err) {}

    /** Runs the command line. */
    static Outcome run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    /** Runs the command line with more environment variables. */
    static Outcome run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile("forebay", ".out");
        Path err = Files.createTempFile("forebay", ".err");
        try {
            ProcessBuilder builder = new ProcessBuilder(command(List.of(), Main.class.getName(), arguments))
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException("the process must end within " + TIMEOUT_SECONDS + " s");
            }
            return new Outcome(process.exitValue(), Files.readString(out), withoutJvmWarnings(Files.readString(err)));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** The command that runs a main class on this test's class path. */
    static List<String> command(List<String> flags, String mainClass, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), mainClass));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Newer JVMs warn of native access and Unsafe unless the launcher's flags are given. */
    private static String withoutJvmWarnings(String err) {
        StringBuilder own = new StringBuilder();
        err.lines()
                .filter(line -> !line.isBlank() && !line.startsWith("WARNING: "))
                .forEach(line -> own.append(line).append('\n'));
        return own.toString();
    }
}
