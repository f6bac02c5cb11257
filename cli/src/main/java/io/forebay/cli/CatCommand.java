// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.JsonLines;
import io.forebay.arrow.ArrowStreamWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay cat}: rows in file order. */
@Command(name = "cat", description = "Prints rows in file order, as JSON Lines or an Arrow IPC stream.")
final class CatCommand implements Callable<Integer> {
    /** The forms that rows can take. */
    enum Format {
        json,
        arrow
    }

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files, folders, globs or URIs of one data set.")
    private List<String> paths;

    @Mixin
    private RowOptions rows;

    @Option(names = "--limit", paramLabel = "N", description = "Rows at most, counted after the filter.")
    private @Nullable Long limit;

    @Option(names = "--format", description = "${COMPLETION-CANDIDATES}; json unless given.")
    private Format format = Format.json;

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        try (Forebay forebay = stores.forebay().build()) {
            Dataset dataset = rows.applyTo(forebay.dataset(paths));
            try (BatchStream batches = (limit == null ? dataset : dataset.limit(limit)).stream()) {
                OutputStream out = Output.standard();
                if (format == Format.json) {
                    printJson(batches, out);
                } else {
                    writeArrow(batches, out);
                }
                out.flush();
            }
        }
        return 0;
    }

    private static void writeArrow(BatchStream batches, OutputStream out) throws IOException {
        ArrowStreamWriter writer = new ArrowStreamWriter(batches.schema(), out);
        for (Batch batch : batches) {
            try (batch) {
                writer.write(batch);
            }
        }
        writer.finish();
    }

    private static void printJson(BatchStream batches, OutputStream out) throws IOException {
        try (JsonLines lines = new JsonLines(out)) {
            for (Batch batch : batches) {
                try (batch) {
                    lines.write(batch);
                }
            }
        }
    }
}
