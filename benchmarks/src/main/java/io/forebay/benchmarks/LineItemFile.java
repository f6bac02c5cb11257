// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * TPC-H's lineitem as DuckDB writes it: row groups of 122,880 rows, one page per column chunk.
 *
 * <p>The table is held in memory while it is made: about 1 GB at scale 1.
 */
final class LineItemFile {

    private static final String TABLE =
            """
            CREATE TABLE lineitem (
                l_orderkey BIGINT NOT NULL, l_partkey BIGINT NOT NULL, l_suppkey BIGINT NOT NULL,
                l_linenumber INTEGER NOT NULL,
                l_quantity DECIMAL(15, 2) NOT NULL, l_extendedprice DECIMAL(15, 2) NOT NULL,
                l_discount DECIMAL(15, 2) NOT NULL, l_tax DECIMAL(15, 2) NOT NULL,
                l_returnflag VARCHAR NOT NULL, l_linestatus VARCHAR NOT NULL,
                l_shipdate DATE NOT NULL, l_commitdate DATE NOT NULL, l_receiptdate DATE NOT NULL,
                l_shipinstruct VARCHAR NOT NULL, l_shipmode VARCHAR NOT NULL, l_comment VARCHAR NOT NULL)""";

    private LineItemFile() {}

    /** Returns the number of rows: about 6 million times the scale. */
    static long write(Path out, double scale, String codec) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = connection.createStatement()) {
            statement.execute(TABLE);
            long rowCount = 0;
            try (DuckDBAppender appender = ((DuckDBConnection) connection).createAppender("lineitem")) {
                for (LineItem item : new LineItemGenerator(scale, 1, 1)) {
                    append(appender, item);
                    rowCount++;
                }
            }
            String path = out.toString().replace("'", "''");
            statement.execute("COPY lineitem TO '" + path + "' (FORMAT parquet, COMPRESSION " + codec + ")");
            return rowCount;
        }
    }

    private static void append(DuckDBAppender appender, LineItem item) throws SQLException {
        appender.beginRow()
                .append(item.getOrderKey())
                .append(item.getPartKey())
                .append(item.getSupplierKey())
                .append(item.getLineNumber())
                .appendDecimal(item.getQuantity() * 100)
                .appendDecimal(item.getExtendedPriceInCents())
                .appendDecimal(item.getDiscountPercent())
                .appendDecimal(item.getTaxPercent())
                .append(item.getReturnFlag())
                .append(item.getStatus())
                .appendEpochDays(item.getShipDate())
                .appendEpochDays(item.getCommitDate())
                .appendEpochDays(item.getReceiptDate())
                .append(item.getShipInstructions())
                .append(item.getShipMode())
                .append(item.getComment())
                .endRow();
    }
}
