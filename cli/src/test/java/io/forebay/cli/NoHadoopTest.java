// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading, scoring and writing Parquet loads not one Hadoop class. */
class NoHadoopTest {
    @TempDir
    Path folder;

    @Test
    void scoringLoadsNoHadoopClass() throws Exception {
        Path log = folder.resolve("classes.log");
        Process process = new ProcessBuilder(ForebayProcess.command(
                        List.of("-Xlog:class+load:file=" + log),
                        ScoreWorker.class.getName(),
                        "../examples/flights/data/flights-1.parquet",
                        "../examples/flights/delay.onnx",
                        folder.resolve("out").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(process.waitFor()).isZero();
        List<String> loaded = Files.readAllLines(log);
        assertThat(loaded).anyMatch(line -> line.contains("org.apache.parquet.hadoop.ParquetFileWriter"));
        assertThat(loaded).noneMatch(line -> line.contains("org.apache.hadoop."));
    }
}
