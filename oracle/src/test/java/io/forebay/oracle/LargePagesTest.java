// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.oracle.parquet.LargePageFile;
import io.forebay.oracle.parquet.ParquetOracle;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Values of large plain pages are read from the file when they are wanted, wherever the reading starts, and cost no memory. */
class LargePagesTest {
    private static final int ROWS = 400_000;
    private static final int LISTS = 15_000;

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void valuesAreTheOnesWritten(int pageVersion, boolean checksums) throws IOException {
        Path path = folder.resolve("large.parquet");
        Map<String, List<Object>> expected = LargePageFile.write(path, ROWS, pageVersion, checksums, pageVersion);
        try (Forebay forebay = Forebay.builder().threads(2).build()) {
            Dataset dataset = forebay.dataset(path.toString());
            expected.forEach(Columns.read(dataset, 8192)::requireEqual);
            expected.forEach(Columns.readShards(dataset, 1001, 7)::requireEqual);
            expected.forEach(Columns.readResumed(dataset, 10_000, 13)::requireEqual);
        }
    }

    @ParameterizedTest
    @CsvSource({"1, false", "2, false", "1, true"})
    void elementsAreTheOnesWritten(int pageVersion, boolean checksums) throws IOException {
        Path path = folder.resolve("lists.parquet");
        MessageType schema = LargePageFile.writeLists(path, LISTS, pageVersion, checksums, pageVersion);
        Map<String, List<Object>> expected = ParquetOracle.read(
                path, schema.getFields().stream().map(Type::getName).toList());
        try (Forebay forebay = Forebay.builder().memoryLimit("32MiB").threads(2).build()) {
            Dataset dataset = forebay.dataset(path.toString());
            expected.forEach(Columns.read(dataset, 1000)::requireEqual);
            expected.forEach(Columns.readShards(dataset, 101, 7)::requireEqual);
            expected.forEach(Columns.readResumed(dataset, 1000, 2)::requireEqual);
            // Rows far apart are decoded one by one from wide slices, and picked from narrow ones.
            Dataset some = dataset.sample(LISTS / 500, 3);
            Columns.read(some, 1200).requireEqual(Columns.read(some, 7));
        }
    }

    @Test
    void memoryDoesNotGrowWithThePage() throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 3);
        try (Forebay forebay = Forebay.builder().memoryLimit("16MiB").threads(1).build();
                var stream = forebay.dataset(path.toString()).select("all").stream()) {
            stream.forEach(batch -> batch.close());
            assertThat(stream.progress().rows()).isEqualTo(ROWS);
            assertThat(stream.progress().peakBytes()).isLessThan(ROWS * Long.BYTES / 4);
            assertThat(stream.progress().bytesRead()).isBetween(ROWS * 8L, ROWS * 9L);
        }
    }

    @Test
    void aFileCutWithinAPageIsRefused() throws IOException {
        Path path = folder.resolve("large.parquet");
        LargePageFile.write(path, ROWS, 1, false, 4);
        try (Forebay forebay = Forebay.builder().threads(1).build()) {
            Dataset dataset = forebay.dataset(path.toString()).select("most");
            try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
                    var stream = dataset.stream()) {
                stream.next().close();
                file.setLength(Files.size(path) / 4);
                assertThat(catchThrowable(() -> stream.forEach(batch -> batch.close())))
                        .isInstanceOf(ForebayException.class)
                        .hasMessageContaining("reads must end within the file");
            }
        }
    }
}
