// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataSetsTest {

    @TempDir
    Path folder;

    @Test
    void equalArgumentsGiveEqualFiles() throws Exception {
        Path first = folder.resolve("a.parquet");
        Path second = folder.resolve("b.parquet");
        DataSets.main(new String[] {"paged", first.toString(), "--size-mib", "1", "--codec", "snappy"});
        DataSets.main(new String[] {"paged", second.toString(), "--size-mib", "1", "--codec", "snappy"});
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }

    @Test
    void denseFilesAreTheSameAtEveryRun() throws Exception {
        Path first = folder.resolve("a.parquet");
        Path second = folder.resolve("b.parquet");
        DataSets.main(new String[] {"dense", first.toString(), "--rows", "1000"});
        DataSets.main(new String[] {"dense", second.toString(), "--rows", "1000"});
        assertArrayEquals(Files.readAllBytes(first), Files.readAllBytes(second));
    }

    @Test
    void anUnknownDataSetPrintsTheUsage() {
        var failure = assertThrows(
                IllegalArgumentException.class, () -> DataSets.main(new String[] {"orders", "out.parquet"}));
        assertTrue(failure.getMessage().startsWith("usage: DataSets lineitem"), failure.getMessage());
    }
}
