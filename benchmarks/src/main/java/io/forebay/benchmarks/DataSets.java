// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes the files that the benchmarks read. Equal arguments give equal rows.
 *
 * <p>{@code java -cp benchmarks.jar io.forebay.benchmarks.DataSets lineitem OUT.parquet --scale 1}
 */
public final class DataSets {

    private static final String USAGE =
            """
            usage: DataSets lineitem OUT.parquet [--scale 1] [--codec zstd|snappy|uncompressed]
                   DataSets dense|criteo|text|embeddings|images OUT.parquet [--rows N] [--codec zstd|snappy|uncompressed]
                   DataSets paged OUT.parquet [--size-mib 1024] [--row-group-mib 128] [--codec zstd|snappy]
                   DataSets arrow OUT.arrow --from DATA.parquet [--batch-rows 65536]""";

    private DataSets() {}

    public static void main(String[] args) throws Exception {
        if (args.length < 2) {
            throw new IllegalArgumentException(USAGE);
        }
        Path out = Path.of(args[1]).toAbsolutePath();
        Map<String, String> options = options(List.of(args).subList(2, args.length));
        long started = System.nanoTime();
        long rowCount =
                switch (args[0]) {
                    case "lineitem" ->
                        LineItemFile.write(
                                out,
                                Double.parseDouble(options.getOrDefault("--scale", "1")),
                                options.getOrDefault("--codec", "zstd"));
                    case "dense", "criteo", "text", "embeddings", "images" ->
                        write(SqlFile.valueOf(args[0].toUpperCase(Locale.ROOT)), out, options);
                    case "arrow" ->
                        ArrowCopy.write(
                                Path.of(options.getOrDefault("--from", "")),
                                out,
                                Long.parseLong(options.getOrDefault("--batch-rows", "65536")));
                    case "paged" ->
                        new PagedFile(PageCodec.named(options.getOrDefault("--codec", "zstd")))
                                .write(
                                        out,
                                        Long.parseLong(options.getOrDefault("--size-mib", "1024")) << 20,
                                        Long.parseLong(options.getOrDefault("--row-group-mib", "128")) << 20);
                    default -> throw new IllegalArgumentException(USAGE);
                };
        System.out.printf(
                "%s: %,d rows, %,d bytes, %.1f s%n",
                out, rowCount, Files.size(out), (System.nanoTime() - started) / 1e9);
    }

    private static long write(SqlFile file, Path out, Map<String, String> options) throws SQLException {
        String rows = options.get("--rows");
        return file.write(
                out,
                rows == null ? file.rowsUsual : Long.parseLong(rows),
                options.getOrDefault("--codec", file.codecUsual));
    }

    private static Map<String, String> options(List<String> args) {
        if (args.size() % 2 != 0) {
            throw new IllegalArgumentException(USAGE);
        }
        Map<String, String> options = new HashMap<>();
        for (int at = 0; at < args.size(); at += 2) {
            options.put(args.get(at), args.get(at + 1));
        }
        return options;
    }
}
