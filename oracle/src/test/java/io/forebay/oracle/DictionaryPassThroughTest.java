// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.DictionaryVector;
import io.forebay.Forebay;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The dictionary of a column chunk comes as it is, once for all batches that need no other. */
class DictionaryPassThroughTest {
    private static final int ROWS = 3_000;
    private static final int ROW_GROUP_ROWS = 1_000;
    private static final int BATCH_ROWS = 40;
    private static final int DISTINCT = 70;

    @TempDir
    Path folder;

    private final Forebay forebay =
            Forebay.builder().memoryLimit("64MiB").threads(2).build();

    private final List<Batch> open = new ArrayList<>();

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        open.forEach(Batch::close);
        forebay.close();
    }

    @Test
    void batchesShareTheDictionaryOfTheirRowGroup() throws IOException {
        Set<Long> addresses = new LinkedHashSet<>();
        for (DictionaryVector vector : read(Encoder.RLE_DICTIONARY)) {
            assertThat(vector.values().getValueCount()).isGreaterThan(BATCH_ROWS);
            addresses.add(vector.values().getOffsetBufferAddress());
        }
        assertThat(addresses).hasSize(ROWS / ROW_GROUP_ROWS);
    }

    @Test
    void aBatchWithOtherValuesHasThoseThatItNeeds() throws IOException {
        List<DictionaryVector> vectors = read(Encoder.DICTIONARY_THEN_PLAIN);
        assertThat(vectors.get(0).values().getValueCount()).isGreaterThan(BATCH_ROWS);
        assertThat(vectors.get(ROW_GROUP_ROWS / BATCH_ROWS - 1).values().getValueCount())
                .isLessThanOrEqualTo(BATCH_ROWS);
    }

    /** The columns of all batches, which are closed when the test is over. */
    private List<DictionaryVector> read(Encoder encoder) throws IOException {
        FileLayout layout = new FileLayout(CompressionCodecName.ZSTD, 1, 100, ROW_GROUP_ROWS, true);
        TestColumn column = new TestColumn("a", Kind.STRING, false, Nulls.random(0.1), encoder, DISTINCT);
        Path path = folder.resolve(encoder + ".parquet");
        TestFiles.write(path, List.of(column), ROWS, layout, 1);
        List<DictionaryVector> vectors = new ArrayList<>();
        try (BatchStream batches = forebay.dataset(path.toString()).dictionary("a").batchRows(BATCH_ROWS).stream()) {
            for (Batch batch : batches) {
                open.add(batch);
                vectors.add((DictionaryVector) batch.column("a"));
            }
        }
        return vectors;
    }
}
