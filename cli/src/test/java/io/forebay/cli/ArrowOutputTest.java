// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code cat --format arrow} writes what this and other implementations of Arrow read; it needs no JVM flag. */
class ArrowOutputTest {
    private static final String SHARD = "../examples/flights/data/flights-0.parquet";
    private static final int ROWS = 20_000;
    private static final String NPM_PACKAGE = "apache-arrow@21.1.0";

    /** Prints rows as JSON Lines prints them: in the order of the columns, dates as days, times of day as they are. */
    private static final String SCRIPT =
            """
            const { tableFromIPC, DataType } = require('apache-arrow');
            const table = tableFromIPC(require('fs').readFileSync(0));
            const cell = (field, value) => {
              if (value === null || value === undefined) return null;
              if (typeof value === 'bigint') return Number(value);
              if (DataType.isTimestamp(field.type)) {
                return new Date(Number(value)).toISOString().replace(/\\.?0*Z$/, '');
              }
              return value;
            };
            for (let row = 0; row < table.numRows; row++) {
              const cells = {};
              table.schema.fields.forEach((field, i) => {
                cells[field.name] = cell(field, table.getChildAt(i).get(row));
              });
              console.log(JSON.stringify(cells));
            }
            """;

    @TempDir
    Path folder;

    private Path stream;

    @BeforeEach
    void writeAStream() throws Exception {
        stream = folder.resolve("rows.arrows");
        run(stream, "cat", "--format", "arrow", "--limit", Integer.toString(ROWS), SHARD);
    }

    @Test
    void theStreamHasAHeadAndAnEnd() throws IOException {
        byte[] bytes = Files.readAllBytes(stream);
        assertThat(new ByteArrayInputStream(bytes).readNBytes(4)).containsExactly(-1, -1, -1, -1);
        assertThat(bytes.length).isGreaterThan(ROWS * 30);
        assertThat(bytes).endsWith((byte) -1, (byte) -1, (byte) -1, (byte) -1, (byte) 0, (byte) 0, (byte) 0, (byte) 0);
    }

    @Test
    void whatIsWrittenReadsBackAsTheSameRows() throws Exception {
        Path before = folder.resolve("before.jsonl");
        Path after = folder.resolve("after.jsonl");
        run(before, "cat", "--limit", Integer.toString(ROWS), SHARD);
        run(after, "cat", stream.toString());
        assertThat(after).hasSameTextualContentAs(before);
    }

    @Test
    void javaScriptReadsTheSameRows() throws Exception {
        Path npm = onPath("npm");
        Path node = onPath("node");
        assumeTrue(npm != null && node != null, "no Node.js here");
        assumeTrue(
                succeeds(List.of(npm.toString(), "install", "--silent", "--no-audit", "--no-fund", NPM_PACKAGE), null),
                "npm could not install " + NPM_PACKAGE);
        Path script = Files.writeString(folder.resolve("read.js"), SCRIPT);
        assertThat(succeeds(List.of(node.toString(), script.toString()), stream))
                .isTrue();
        Path expected = folder.resolve("expected.jsonl");
        run(expected, "cat", "--limit", Integer.toString(ROWS), SHARD);
        assertThat(folder.resolve("output")).hasSameTextualContentAs(expected);
    }

    /** Runs a program in the test's folder; what it prints is in the file {@code output}. */
    private boolean succeeds(List<String> command, Path input) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(folder.resolve("output").toFile())
                .redirectError(folder.resolve("errors").toFile());
        if (input != null) {
            builder.redirectInput(input.toFile());
        }
        Process process = builder.start();
        boolean ended = process.waitFor(2, TimeUnit.MINUTES);
        if (!ended) {
            process.destroyForcibly();
        }
        return ended && process.exitValue() == 0;
    }

    private static void run(Path output, String... arguments) throws Exception {
        List<String> command = ForebayProcess.command(List.of(), Main.class.getName(), arguments);
        Process process =
                new ProcessBuilder(command).redirectOutput(output.toFile()).start();
        String errors = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(errors).isZero();
    }

    private static Path onPath(String program) {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path file = Path.of(directory, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        return null;
    }
}
