// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Runs what {@link InferenceBenchmark} runs: its check once and one pass, for every contender and network. */
class InferenceBenchmarkTest {
    private static final int DENSE_ROWS = 2_500;
    private static final int IMAGE_ROWS = 150;

    @TempDir
    static Path folder;

    @BeforeAll
    static void writeData() throws Exception {
        SqlFile.DENSE.write(folder.resolve("dense.parquet"), DENSE_ROWS, "uncompressed");
        SqlFile.IMAGES.write(folder.resolve("images.parquet"), IMAGE_ROWS, "uncompressed");
    }

    static List<Arguments> contendersAndNetworks() {
        List<Arguments> all = new ArrayList<>();
        for (String contender : ScoreContenders.names()) {
            for (Network network : Network.values()) {
                all.add(Arguments.of(contender, network));
            }
        }
        return all;
    }

    /** The last batch of both files is a short one. */
    @ParameterizedTest
    @MethodSource("contendersAndNetworks")
    void findsWhatTheReferenceFinds(String contender, Network network) {
        InferenceBenchmark benchmark = new InferenceBenchmark();
        benchmark.contender = contender;
        benchmark.network = network.fileName("");
        benchmark.data = folder.resolve(network.takesImages ? "images.parquet" : "dense.parquet")
                .toString();
        benchmark.models = "models";
        benchmark.batchRows = network.takesImages ? 64 : 1_024;
        benchmark.checkAgainstReference();
        try {
            InferenceBenchmark.Rows counted = new InferenceBenchmark.Rows();
            ScoreResult result = benchmark.score(counted);
            assertEquals(network.takesImages ? IMAGE_ROWS : DENSE_ROWS, result.rowCount());
            assertEquals(result.rowCount(), counted.rows);
            assertTrue(result.sum() > 0, result.toString());
        } finally {
            benchmark.close();
        }
    }

    @Test
    void contendersThatDisagreeAreNamed() {
        ScoreResult mine = new ScoreResult(3, 10);
        assertDoesNotThrow(() -> mine.requireAgrees("mine", new ScoreResult(3, 10.005), "theirs"));
        for (ScoreResult theirs : List.of(new ScoreResult(4, 10), new ScoreResult(3, 10.1))) {
            var failure = assertThrows(IllegalStateException.class, () -> mine.requireAgrees("mine", theirs, "theirs"));
            assertEquals(
                    "contenders must find equal outputs: mine found " + mine + ", theirs found " + theirs,
                    failure.getMessage());
        }
    }
}
