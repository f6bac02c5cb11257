// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.stream.Collectors;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.duckdb.DuckDBDriver;
import org.duckdb.DuckDBResultSet;

/** DuckDB's Parquet reader, exported batch by batch over the Arrow C data interface. */
final class DuckDbContender extends ArrowContender {

    static final String NAME = "duckdb";

    /** One row group of DuckDB's own writer. */
    private static final long BATCH_ROWS = 122_880;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    void readBatches(ScanRequest request, BatchSink sink) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                Connection connection = open();
                Statement statement = connection.createStatement();
                DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery(query(request));
                ArrowReader reader = (ArrowReader) result.arrowExportStream(allocator, BATCH_ROWS)) {
            drain(reader, sink);
        }
    }

    /** A database of one scan: nothing that DuckDB caches outlives it. */
    private static Connection open() throws SQLException {
        Properties settings = new Properties();
        // Without streaming the whole result is built in memory before its first batch is seen.
        settings.setProperty(DuckDBDriver.JDBC_STREAM_RESULTS, "true");
        settings.setProperty("threads", "1");
        // DuckDB 2 keeps eight more for I/O by default; DuckDB 1 has no such setting.
        settings.setProperty("async_threads", "0");
        return DriverManager.getConnection("jdbc:duckdb:", settings);
    }

    private static String query(ScanRequest request) {
        String projection = request.columns().isEmpty()
                ? "*"
                : request.columns().stream().map(DuckDbContender::identifier).collect(Collectors.joining(", "));
        String file = request.data().toString().replace("'", "''");
        return "SELECT " + projection + " FROM read_parquet('" + file + "')"
                + (request.isFiltered() ? " WHERE " + request.where() : "");
    }

    private static String identifier(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }
}
