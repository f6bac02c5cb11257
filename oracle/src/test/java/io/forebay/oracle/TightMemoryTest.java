// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Budgets from too small to ample: a read ends in all rows or in a {@code limit} error, and nothing is left held. */
class TightMemoryTest {
    private static final int ROWS = 3_000;
    private static final int BUDGET_KIBIBYTES_LEAST = 64;
    private static final int BUDGET_KIBIBYTES_MOST = 16 << 10;

    @TempDir
    Path folder;

    /** Batches within a row group, over several, and larger than the data. */
    @ParameterizedTest
    @ValueSource(ints = {500, 1_500, 100_000})
    void readsEndInRowsOrInALimitError(int batchRows) throws IOException {
        Path path = write();
        for (int kibibytes = BUDGET_KIBIBYTES_LEAST; kibibytes <= BUDGET_KIBIBYTES_MOST; kibibytes += kibibytes / 2) {
            try (Forebay forebay =
                    Forebay.builder().memoryLimit(kibibytes + "KiB").threads(1).build()) {
                try {
                    assertThat(rows(forebay, path, batchRows)).isEqualTo(ROWS);
                } catch (ForebayException e) {
                    assertThat(e.kind()).as("%d KiB: %s", kibibytes, e).isEqualTo(ForebayException.Kind.LIMIT);
                }
                assertThat(forebay.memory().usedBytes())
                        .as("bytes held of %d KiB", kibibytes)
                        .isZero();
            }
        }
    }

    private static long rows(Forebay forebay, Path path, int batchRows) {
        long rows = 0;
        try (BatchStream stream = forebay.dataset(path.toString()).batchRows(batchRows).stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    rows += batch.rows();
                }
            }
        }
        return rows;
    }

    private Path write() throws IOException {
        List<TestColumn> columns = new ArrayList<>();
        for (Kind kind : List.of(Kind.INT64, Kind.STRING, Kind.BOOLEAN, Kind.DECIMAL_FIXED, Kind.BINARY, Kind.INT8)) {
            columns.add(new TestColumn(kind.name(), kind, false, Nulls.random(0.1), Encoder.PLAIN, 0));
        }
        FileLayout layout = new FileLayout(CompressionCodecName.SNAPPY, 1, 500, 1_000, true);
        return TestFiles.write(folder.resolve("test.parquet"), columns, ROWS, layout, 1)
                .path();
    }
}
