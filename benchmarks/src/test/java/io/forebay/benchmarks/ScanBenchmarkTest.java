// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs what {@link ScanBenchmark} runs: its gate once and one scan, for every contender. */
class ScanBenchmarkTest {

    @TempDir
    static Path folder;

    private static Path lineItem;
    private static long rowCount;

    @BeforeAll
    static void writeLineItem() throws Exception {
        lineItem = folder.resolve("line item's.parquet");
        rowCount = LineItemFile.write(lineItem, 0.001, "zstd");
    }

    @ParameterizedTest
    @ValueSource(strings = {"forebay", "forebay-2", "forebay-dictionaries", "arrow-dataset", "duckdb", "parquet-avro"})
    void scansEveryColumn(String contender) {
        ScanResult result = benchmark(contender, lineItem, "*");
        assertEquals(rowCount, result.rowCount());
        assertNotEquals(0, result.touched());
    }

    @ParameterizedTest
    @ValueSource(strings = {"forebay", "forebay-2", "arrow-dataset", "duckdb", "parquet-avro"})
    void projectsInTheOrderAskedFor(String contender) {
        assertEquals(
                rowCount, benchmark(contender, lineItem, "l_tax+l_orderkey").rowCount());
        try (ScanContender reader = Contenders.named(contender)) {
            List<ColumnChecksum> checksums =
                    reader.checksums(new ScanRequest(lineItem, List.of("l_comment", "l_shipdate"), ""));
            assertEquals(
                    List.of("l_comment", "l_shipdate"),
                    checksums.stream().map(ColumnChecksum::column).toList());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "forebay,zstd",
        "forebay-2,snappy",
        "arrow-dataset,zstd",
        "arrow-dataset,snappy",
        "duckdb,zstd",
        "duckdb,snappy",
        "parquet-avro,zstd",
        "parquet-avro,snappy"
    })
    void scansPagedFiles(String contender, String codec) throws Exception {
        Path paged = folder.resolve(contender + '-' + codec + ".parquet");
        long pagedRowCount = new PagedFile(PageCodec.named(codec)).write(paged, 1 << 20);
        assertEquals(pagedRowCount, benchmark(contender, paged, "").rowCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"forebay", "forebay-mapped", "arrow-java"})
    void scansIpcFiles(String contender) throws Exception {
        Path ipc = folder.resolve("line item's.arrow");
        assertEquals(rowCount, ArrowCopy.write(lineItem, ipc, 1_000));
        assertEquals(rowCount, benchmark(contender, ipc, "*").rowCount());
        try (ScanContender reader = Contenders.named(contender);
                ScanContender duckDb = Contenders.named("duckdb")) {
            assertEquals(duckDb.checksums(ScanRequest.all(lineItem)), reader.checksums(ScanRequest.all(ipc)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"forebay", "arrow-dataset", "duckdb", "parquet-avro"})
    void scansLists(String contender) throws Exception {
        Path lists = folder.resolve(contender + "-lists.parquet");
        SqlFile.EMBEDDINGS.write(lists, 300, "zstd");
        assertEquals(300, benchmark(contender, lists, "*").rowCount());
    }

    @ParameterizedTest
    @ValueSource(strings = {"forebay", "forebay-2", "arrow-dataset", "duckdb"})
    void filters(String contender) {
        ScanResult some = benchmark(contender, lineItem, "l_tax+l_comment", "l_linenumber = 7 or l_orderkey < 10");
        assertTrue(some.rowCount() > 0 && some.rowCount() < rowCount / 10, some.toString());
    }

    private static ScanResult benchmark(String contender, Path data, String columns) {
        return benchmark(contender, data, columns, "");
    }

    private static ScanResult benchmark(String contender, Path data, String columns, String where) {
        ScanBenchmark benchmark = new ScanBenchmark();
        benchmark.contender = contender;
        benchmark.data = data.toString();
        benchmark.columns = columns;
        benchmark.where = where;
        benchmark.checkAgainstReference();
        try {
            return benchmark.scan();
        } finally {
            benchmark.close();
        }
    }
}
