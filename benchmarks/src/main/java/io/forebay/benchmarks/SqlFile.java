// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Data sets that DuckDB makes from a query and writes as it does: row groups of 122,880 rows, one page per column chunk. The
 * values follow from the row's number {@code i} alone.
 */
enum SqlFile {
    /** 64 columns of 32-bit floats between 0 and 1. */
    DENSE(2_000_000, "uncompressed") {
        @Override
        List<String> columns() {
            return IntStream.range(0, 64)
                    .mapToObj(column -> unit(column) + "::FLOAT AS f" + column)
                    .toList();
        }
    },
    /** A click log: a label, 13 counts and 26 categories of 4 to 800,000 strings each, with nulls; few values are frequent. */
    CRITEO(1_000_000, "zstd") {
        @Override
        List<String> columns() {
            List<String> columns = new ArrayList<>();
            columns.add("(" + unit(0) + " < 0.25)::INTEGER AS label");
            for (int count = 1; count <= 13; count++) {
                String value = "floor(pow(" + unit(count) + ", 4) * " + 100 * count * count + ")::INTEGER";
                columns.add(orNull(value, 40 + count, 0.03 * count) + " AS i" + count);
            }
            for (int category = 1; category <= 26; category++) {
                long distinct = Math.round(4 * Math.pow(200_000, (category - 1) / 25.0));
                String ordinal = "floor(pow(" + unit(100 + category) + ", 3) * " + distinct + ")::BIGINT";
                String text = "printf('%08x', (" + ordinal + " * 2654435761 + " + category + ") & 4294967295)";
                columns.add(orNull(text, 200 + category, category % 4 * 0.1) + " AS c" + category);
            }
            return columns;
        }
    },
    /** Sentences of 64 words out of 1,000, about 400 bytes each. */
    TEXT(500_000, "zstd") {
        @Override
        List<String> columns() {
            String word = "hash(i * 64 + x) % 1000";
            String letters =
                    "printf('%x', hash(" + word + ") % 68719476736)[1:(hash(" + word + " + 7) % 9 + 2)::INTEGER]";
            return List.of(
                    "i AS id", "array_to_string(list_transform(range(64), lambda x: " + letters + "), ' ') AS text");
        }
    },
    /** An identifier and a list of 384 32-bit floats. */
    EMBEDDINGS(200_000, "uncompressed") {
        @Override
        List<String> columns() {
            return List.of(
                    "i AS id",
                    "list_transform(range(384), lambda x: ((hash(i * 384 + x) % 2000001)::DOUBLE / 1000000 - 1)::FLOAT)"
                            + " AS embedding");
        }
    },
    /** Lists of 28 times 28 32-bit floats between 0 and 1, of 256 values as images have them. */
    IMAGES(60_000, "uncompressed") {
        @Override
        List<String> columns() {
            return List.of("list_transform(range(784), lambda x: ((hash(i * 784 + x) % 256)::DOUBLE / 255)::FLOAT) AS "
                    + Network.IMAGE);
        }
    };

    final long rowsUsual;
    final String codecUsual;

    SqlFile(long rowsUsual, String codecUsual) {
        this.rowsUsual = rowsUsual;
        this.codecUsual = codecUsual;
    }

    abstract List<String> columns();

    /** A number from 0 to 1, of each row and salt another. */
    private static String unit(int salt) {
        return "(hash(i * 1000 + " + salt + ") % 16777216 / 16777216.0)";
    }

    private static String orNull(String value, int salt, double share) {
        return share == 0 ? value : "CASE WHEN " + unit(salt) + " < " + share + " THEN NULL ELSE " + value + " END";
    }

    /** Returns the number of rows. */
    long write(Path out, long rowCount, String codec) throws SQLException {
        String select = columns().stream().collect(Collectors.joining(", "));
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute("COPY (SELECT " + select + " FROM range(" + rowCount + ") rows(i)) TO '"
                    + out.toString().replace("'", "''") + "' (FORMAT parquet, COMPRESSION " + codec + ")");
            return rowCount;
        }
    }
}
