// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Holds every contender's checksum of every column type against the same values. */
class TypeAgreementTest {

    private static final int ROWS = 5_000;

    /** Every eleventh row is null. */
    private static final String QUERY =
            """
            SELECT CASE WHEN i %% 11 = 0 THEN NULL ELSE %s END AS v FROM range(5000) t(i)""";

    @TempDir
    static Path folder;

    private static Connection connection;

    @BeforeAll
    static void connect() throws Exception {
        connection = DriverManager.getConnection("jdbc:duckdb:");
    }

    @AfterAll
    static void disconnect() throws Exception {
        connection.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "i % 2 = 0",
                "(i % 250 - 125)::TINYINT",
                "(i * 13 - 32500)::SMALLINT",
                "(i * 400000 - 1000000000)::INTEGER",
                "i * 1000000000000 - 2500000000000000",
                "(i % 256)::UTINYINT",
                "(i * 13)::USMALLINT",
                "(i * 800000)::UINTEGER",
                "i::UBIGINT * 3000000000000000::UBIGINT",
                "(i / 7)::FLOAT",
                "sqrt(i)",
                "(i % 1800 - 900)::DECIMAL(4, 1)",
                "(i - 2500)::DECIMAL(9, 2)",
                "(i - 2500)::DECIMAL(15, 2)",
                "(i - 2500)::DECIMAL(38, 6) * 1000000000000000",
                "DATE '1960-01-01' + i::INTEGER * 10",
                "TIME '00:00:01' + to_seconds(i * 10)",
                "TIMESTAMP '1960-01-01' + to_hours(i * 100)",
                "TIMESTAMPTZ '1960-01-01 00:00:00+00' + to_seconds(i * 100000)",
                "(TIMESTAMP '1960-01-01' + to_hours(i * 100))::TIMESTAMP_MS",
                "(TIMESTAMP '1960-01-01' + to_hours(i * 100))::TIMESTAMP_NS",
                "repeat('häß-' || i, (i % 9)::INTEGER)",
                "encode('x' || i)",
            })
    void agree(String expression) throws Exception {
        Path file = folder.resolve("types.parquet");
        try (Statement statement = connection.createStatement()) {
            statement.execute("COPY (" + QUERY.formatted(expression) + ") TO '" + file + "' (FORMAT parquet)");
        }
        List<ColumnChecksum> expected = checksums("arrow-dataset", file);
        assertEquals(ROWS, expected.get(0).rowCount());
        assertEquals(ROWS - (ROWS + 10) / 11, expected.get(0).valueCount());
        for (String contender : Contenders.names()) {
            if (!contender.equals("arrow-java")) {
                assertEquals(expected, checksums(contender, file), contender);
            }
        }
        Path ipc = folder.resolve("types.arrow");
        ArrowCopy.write(file, ipc, 1_000);
        for (String contender : List.of("arrow-java", "forebay", "forebay-mapped")) {
            assertEquals(expected, checksums(contender, ipc), contender);
        }
    }

    private static List<ColumnChecksum> checksums(String contender, Path file) {
        try (ScanContender reader = Contenders.named(contender)) {
            return reader.checksums(ScanRequest.all(file));
        }
    }
}
