// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
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
    void readBatches(Path data, List<String> columns, BatchSink sink) throws Exception {
        try (BufferAllocator allocator = new RootAllocator();
                Connection connection = open();
                Statement statement = connection.createStatement();
                DuckDBResultSet result = (DuckDBResultSet) statement.executeQuery(query(data, columns));
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

    private static String query(Path data, List<String> columns) {
        String projection = columns.isEmpty()
                ? "*"
                : columns.stream().map(DuckDbContender::identifier).collect(Collectors.joining(", "));
        return "SELECT " + projection + " FROM read_parquet('" + data.toString().replace("'", "''") + "')";
    }

    private static String identifier(String column) {
        return '"' + column.replace("\"", "\"\"") + '"';
    }
}
