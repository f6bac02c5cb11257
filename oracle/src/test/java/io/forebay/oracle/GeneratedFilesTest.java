// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.oracle.parquet.Encoder;
import io.forebay.oracle.parquet.FileLayout;
import io.forebay.oracle.parquet.Kind;
import io.forebay.oracle.parquet.Nulls;
import io.forebay.oracle.parquet.TestColumn;
import io.forebay.oracle.parquet.TestFile;
import io.forebay.oracle.parquet.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every flat type, encoding, page version, codec and pattern of nulls: Forebay's vectors hold the values that were
 * written, whatever the batch size, the starting row and the number of threads. The property {@code
 * forebay.generated.rows} raises the rows of each file.
 */
class GeneratedFilesTest {
    private static final int ROWS = Integer.getInteger("forebay.generated.rows", 330);

    /** Two full row groups and a shorter one. */
    private static final int ROW_GROUP_ROWS = ROWS * 2 / 5;

    private static final List<Integer> PAGE_ROWS = List.of(7, 64, 150, 1000, 33);
    private static final List<CompressionCodecName> CODECS = List.of(
            CompressionCodecName.UNCOMPRESSED,
            CompressionCodecName.SNAPPY,
            CompressionCodecName.GZIP,
            CompressionCodecName.ZSTD,
            CompressionCodecName.LZ4_RAW);

    @TempDir
    Path folder;

    private Forebay forebay;

    @BeforeEach
    void open() {
        forebay = Forebay.builder().memoryLimit("64MiB").threads(2).build();
    }

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        forebay.close();
    }

    static Stream<Arguments> files() {
        return Stream.of(Encoder.values()).flatMap(encoder -> Stream.of(1, 2)
                .flatMap(version -> CODECS.stream().map(codec -> Arguments.of(encoder, version, codec))));
    }

    @ParameterizedTest(name = "{0}, pages V{1}, {2}")
    @MethodSource("files")
    void vectorsHoldWhatWasWritten(Encoder encoder, int pageVersion, CompressionCodecName codec) throws IOException {
        int variant = (pageVersion - 1) * CODECS.size() + CODECS.indexOf(codec);
        FileLayout layout =
                new FileLayout(codec, pageVersion, PAGE_ROWS.get(variant % PAGE_ROWS.size()), ROW_GROUP_ROWS, true);
        TestFile file =
                TestFiles.write(folder.resolve("test.parquet"), columns(encoder), ROWS, layout, 1_000L + variant);
        Dataset one = forebay.dataset(file.path().toString()).threads(1);
        Dataset two = one.threads(2);

        for (int batchRows : List.of(7, 1000, ROWS)) {
            requireEqual(file, Columns.read(one, batchRows));
            requireEqual(file, Columns.read(two, batchRows));
            requireEqual(file, Columns.read(Columns.encoded(two), batchRows));
        }
        requireEqual(file, Columns.readShards(two, 50, 3));
        requireEqual(file, Columns.readShards(Columns.encoded(two), 50, 3));
        requireEqual(file, Columns.readResumed(one, 11, 1 + 3 * variant));
        // Rows far apart are decoded one by one from wide slices, and picked from narrow ones.
        Dataset some = one.sample(ROWS / 40, variant);
        Columns.read(some, ROWS).requireEqual(Columns.read(some, 7));
        Columns.read(Columns.encoded(some), ROWS).requireEqual(Columns.read(some, 7));
        if (variant % CODECS.size() == 0) {
            requireEqual(file, Columns.read(two, 1));
            requireEqual(file, Columns.readShards(one, 7, 100));
        }
    }

    private static void requireEqual(TestFile file, Columns columns) {
        assertThat(columns.rows()).isEqualTo(ROWS);
        for (int i = 0; i < file.columns().size(); i++) {
            columns.requireEqual(file.schema().getFieldName(i), file.columns().get(i));
        }
    }

    /** A column for each kind that the encoder takes and each pattern of nulls. */
    private static List<TestColumn> columns(Encoder encoder) {
        Map<String, Nulls> patterns = new LinkedHashMap<>();
        patterns.put("none", Nulls.none());
        patterns.put("all", Nulls.all());
        patterns.put("some", Nulls.random(0.3));
        patterns.put("runs", Nulls.runs(90));
        int distinct = encoder.usesDictionary() ? 50 : 0;
        List<TestColumn> columns = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            if (!encoder.supports(kind.physical())) {
                continue;
            }
            if (kind.isAlwaysNull()) {
                columns.add(new TestColumn(kind.name(), kind, false, Nulls.all(), encoder, distinct));
                continue;
            }
            columns.add(new TestColumn(kind + "_required", kind, true, Nulls.none(), encoder, distinct));
            patterns.forEach((name, nulls) ->
                    columns.add(new TestColumn(kind + "_" + name, kind, false, nulls, encoder, distinct)));
        }
        return columns;
    }
}
