// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** 64 columns of 32-bit floats between 0 and 1, as DuckDB writes them: row groups of 122,880 rows, one page per column chunk. */
final class DenseFile {

    private static final int COLUMNS = 64;

    private DenseFile() {}

    /** Returns the number of rows. */
    static long write(Path out, long rowCount, String codec) throws SQLException {
        String columns = IntStream.range(0, COLUMNS)
                .mapToObj(column -> "random()::FLOAT AS f" + column)
                .collect(Collectors.joining(", "));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("SET threads = 1"); // or the rows would depend on who draws first
            statement.execute("SELECT setseed(0.5)");
            statement.execute("COPY (SELECT " + columns + " FROM range(" + rowCount + ")) TO '"
                    + out.toString().replace("'", "''") + "' (FORMAT parquet, COMPRESSION " + codec + ")");
            return rowCount;
        }
    }
}
