// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code forebay scan}: decodes everything and says how fast. */
@Command(name = "scan", description = "Decodes everything into Arrow buffers and prints rates, one JSON line a repeat.")
final class ScanCommand implements Callable<Integer> {
    private static final double NANOS_PER_SECOND = 1e9;

    @Parameters(paramLabel = "PATH", arity = "1..*", description = "Files, folders, globs or URIs of one data set.")
    private List<String> paths;

    @Mixin
    private RowOptions rows;

    @Option(names = "--threads", paramLabel = "T", description = "Decoding threads; ${DEFAULT-VALUE} unless given.")
    private int threads = 1;

    @Option(names = "--batch-rows", paramLabel = "B", description = "Rows of a batch; ${DEFAULT-VALUE} unless given.")
    private int batchRows = 8192;

    @Option(names = "--repeat", paramLabel = "N", description = "How often; ${DEFAULT-VALUE} unless given.")
    private int repeats = 1;

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        if (repeats < 1) {
            throw ForebayException.usage("repeats must be positive: repeat=" + repeats);
        }
        try (Forebay forebay = stores.forebay().threads(threads).build()) {
            for (int i = 0; i < repeats; i++) {
                scan(forebay);
            }
        }
        return 0;
    }

    private void scan(Forebay forebay) throws IOException {
        long started = System.nanoTime();
        long arrowBytes = 0;
        Dataset dataset = rows.applyTo(forebay.dataset(paths)).batchRows(batchRows);
        BatchStream.Progress progress;
        try (BatchStream batches = dataset.stream()) {
            for (Batch batch : batches) {
                try (batch) {
                    arrowBytes += batch.sizeBytes();
                }
            }
            progress = batches.progress();
        }
        double seconds = (System.nanoTime() - started) / NANOS_PER_SECOND;
        long totalBytes = arrowBytes;
        Output.printJson(json -> {
            json.writeStartObject();
            json.writeNumberField("rows", progress.rows());
            json.writeNumberField("seconds", seconds);
            json.writeNumberField("rowsPerSecond", progress.rows() / seconds);
            json.writeNumberField("arrowBytes", totalBytes);
            json.writeNumberField("peakBytes", progress.peakBytes());
            json.writeNumberField("batches", progress.batches());
            json.writeEndObject();
        });
    }
}
