// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Stand-alone applications get Forebay as users do: the artifacts are deployed to a repository, and the examples are built
 * from there with a local cache that has no Forebay in it, then run without any JVM flag.
 */
class ExampleAppsTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final String ARTIFACTS = ":forebay-bom,:forebay-parent,:forebay-core,:forebay-parquet,"
            + ":forebay-inference,:forebay-onnx,:forebay-djl";
    private static final long TIMEOUT_MINUTES = 5;

    @TempDir
    static Path folder;

    private static Path copy;
    private static Path cache;
    private static Path settings;

    @BeforeAll
    static void deploy() throws Exception {
        assumeThat(run(ROOT, "mvn", "--version").status)
                .as("Maven must be on the PATH for this test")
                .isZero();
        copy = copyOfSources();
        Path repository = folder.resolve("repository");
        done(run(
                copy,
                "mvn",
                "-q",
                "-B",
                "deploy",
                "-Dquick",
                "-Dmaven.install.skip=true",
                "-DaltDeploymentRepository=deployed::file://" + repository,
                "-pl",
                ARTIFACTS));
        cache = cacheWithoutForebay();
        settings = settings(repository);
    }

    @Test
    void flightsAreScored() throws Exception {
        Path app = built("score-app");
        Path out = folder.resolve("out");
        Outcome scored = java(app, "score-app", ROOT.resolve("examples/flights"), out);
        done(scored);
        assertThat(scored.output).contains("1196224 rows scored on cpu");
        assertThat(out.resolve("_SUCCESS")).exists();
        assertNoHadoop(app.resolve("target/lib"));
    }

    /** Killed in the middle of an epoch of all shards, whatever it was doing; and stopped by itself. */
    @Test
    void trainingGoesOnWhereItWasKilled() throws Exception {
        Path app = built("train-app");
        Path flights = ROOT.resolve("examples/flights/data");
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        Outcome trained = java(app, "train-app", flights, whole, "--epochs", "1");
        done(trained);
        killOnceSaved(command("train-app", flights, parts, "--epochs", "1", "--save-every", "100"), app, parts);
        Outcome again = java(app, "train-app", flights, parts, "--epochs", "1");
        assertThat(again.status).isEqualTo(2);
        assertThat(again.output).startsWith("train-app: a run starts in a folder that has none, or with --resume: ");
        Outcome stopped = java(app, "train-app", flights, parts, "--epochs", "1", "--resume", "--stop-after", "120");
        done(stopped);
        assertThat(stopped.output)
                .containsPattern("goes on after batch \\d+00, from ")
                .doesNotContain("epoch 1: loss");
        Outcome resumed = java(app, "train-app", flights, parts, "--epochs", "1", "--resume");
        done(resumed);
        assertThat(resumed.output).containsPattern("goes on after batch \\d+20, from ");
        assertThat(lossOf(resumed)).isEqualTo(lossOf(trained)).startsWith("epoch 1: loss 0.");
        assertThat(parameters(parts)).isEqualTo(parameters(whole));
        assertNoHadoop(app.resolve("target/lib"));
    }

    /** Starts a training and kills it as soon as it has saved its state, which it has to go on from then. */
    private static void killOnceSaved(List<String> command, Path directory, Path run) throws Exception {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("killed.log").toFile())
                .start();
        long giveUp = System.nanoTime() + TimeUnit.MINUTES.toNanos(TIMEOUT_MINUTES);
        while (process.isAlive() && !hasSaved(run) && System.nanoTime() < giveUp) {
            Thread.sleep(2);
        }
        process.destroyForcibly();
        assertThat(process.waitFor())
                .as(Files.readString(folder.resolve("killed.log")))
                .isNotZero();
        assertThat(hasSaved(run)).isTrue();
    }

    private static boolean hasSaved(Path run) throws IOException {
        if (!Files.exists(run)) {
            return false;
        }
        try (var folders = Files.list(run)) {
            return folders.anyMatch(saved -> saved.getFileName().toString().startsWith("step-"));
        }
    }

    private static String lossOf(Outcome training) {
        return training.output.lines().filter(line -> line.contains(" flights")).reduce("", String::concat);
    }

    private static byte[] parameters(Path run) throws IOException {
        try (var folders = Files.list(run)) {
            List<Path> all = folders.toList();
            assertThat(all).hasSize(1);
            return Files.readAllBytes(all.get(0).resolve("parameters.bin"));
        }
    }

    /** The folder of an example, built. */
    private static Path built(String name) throws Exception {
        Path app = copy.resolve("examples").resolve(name);
        done(run(app, "mvn", "-q", "-B", "package", "-s", settings.toString(), "-Dmaven.repo.local=" + cache));
        return app;
    }

    private static Outcome java(Path app, String name, Object... arguments) throws Exception {
        return run(app, command(name, arguments).toArray(String[]::new));
    }

    private static List<String> command(String name, Object... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-jar", "target/" + name + ".jar"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static void assertNoHadoop(Path lib) throws IOException {
        try (var jars = Files.list(lib)) {
            List<String> names = jars.map(jar -> jar.getFileName().toString()).toList();
            assertThat(names)
                    .isNotEmpty()
                    .noneMatch(name -> name.contains("hadoop-common") || name.contains("picocli"));
        }
    }

    private record Outcome(int status, String output) {}

    private static void done(Outcome outcome) {
        assertThat(outcome.status).as(outcome.output).isZero();
    }

    private static Outcome run(Path directory, String... command) throws IOException, InterruptedException {
        Path log = Files.createTempFile(folder, "run", ".log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            return new Outcome(127, e.toString());
        }
        if (!process.waitFor(TIMEOUT_MINUTES, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        return new Outcome(process.waitFor(), Files.readString(log));
    }

    /** The repository's files without what builds have made of them, so that this build is left alone. */
    private static Path copyOfSources() throws IOException {
        Path copy = folder.resolve("copy");
        copyTree(ROOT, copy, List.of("target", ".git", "data"), false);
        return copy;
    }

    /** The user's local repository by hard links, so that nothing is downloaded twice. */
    private static Path cacheWithoutForebay() throws IOException {
        Path local = Path.of(System.getProperty("user.home"), ".m2", "repository");
        Path cache = Files.createDirectory(folder.resolve("cache"));
        if (Files.isDirectory(local)) {
            copyTree(local, cache, List.of("forebay"), true);
        }
        assertThat(cache.resolve("io/forebay")).doesNotExist();
        return cache;
    }

    private static Path settings(Path repository) throws IOException {
        String settings =
                """
                <settings>
                  <profiles>
                    <profile>
                      <id>deployed</id>
                      <repositories>
                        <repository><id>deployed</id><url>file://%s</url><snapshots/></repository>
                      </repositories>
                    </profile>
                  </profiles>
                  <activeProfiles><activeProfile>deployed</activeProfile></activeProfiles>
                </settings>
                """;
        return Files.writeString(folder.resolve("settings.xml"), settings.formatted(repository));
    }

    private static void copyTree(Path from, Path to, List<String> without, boolean link) throws IOException {
        Files.walkFileTree(from, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                if (!directory.equals(from)
                        && without.contains(directory.getFileName().toString())) {
                    return FileVisitResult.SKIP_SUBTREE;
                }
                Files.createDirectories(to.resolve(from.relativize(directory)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Path target = to.resolve(from.relativize(file));
                try {
                    if (link) {
                        Files.createLink(target, file);
                        return FileVisitResult.CONTINUE;
                    }
                } catch (IOException | UnsupportedOperationException e) {
                    Files.deleteIfExists(target); // another file system: a copy does as well
                }
                Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
