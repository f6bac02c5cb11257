// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ColumnPath;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.inference.Device;
import io.forebay.inference.Model;
import io.forebay.inference.ModelFile;
import io.forebay.inference.ScoreRun;
import io.forebay.inference.ScoreSummary;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code forebay score}: a data set through a model into Parquet files. */
@Command(name = "score", description = "Runs a model over a data set and writes its outputs as Parquet.")
final class ScoreCommand implements Callable<Integer> {
    @Option(
            names = "--data",
            paramLabel = "PATH",
            arity = "1..*",
            required = true,
            description = "Files, folders, globs or URIs of one data set.")
    private List<String> data;

    @Option(names = "--model", paramLabel = "FILE", required = true, description = "The model: a file or a URI.")
    private String modelLocation;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Output folder or URI, absent or empty.")
    private String out;

    @Option(
            names = "--engine",
            paramLabel = "NAME",
            description = "onnx or djl (PyTorch); told by the model's file name unless given.")
    private @Nullable String engine;

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "auto, cpu, cuda:N or tensorrt:N, or several such as cuda:0,cuda:1; ${DEFAULT-VALUE} unless"
                    + " given.")
    private String device = "auto";

    @Option(names = "--strict-device", description = "Fail rather than run on another device.")
    private boolean strictDevice;

    @ArgGroup
    private @Nullable Keep keep;

    @Option(names = "--batch-rows", paramLabel = "B", description = "Rows of a run; ${DEFAULT-VALUE} unless given.")
    private int batchRows = 8192;

    @Option(names = "--resume", description = "Go on after what an earlier run has committed to DIR.")
    private boolean resume;

    @Option(names = "--json", description = "Print the summary as JSON.")
    private boolean asJson;

    /** Which input columns are passed on. */
    static final class Keep {
        @Option(
                names = "--keep",
                paramLabel = "A,B",
                description = "Top-level input columns to pass on; none unless given.")
        private @Nullable String columns;

        @Option(names = "--keep-all", description = "Pass all input columns on.")
        private boolean all;
    }

    @Mixin
    private StorageOptions stores;

    @Override
    public Integer call() throws IOException {
        if (out.isEmpty()) {
            throw ForebayException.usage("the output folder must have a name: out=");
        }
        ModelFile<?> file = (engine == null ? ModelFile.of(modelLocation) : ModelFile.of(engine, modelLocation))
                .options(
                        options -> options.withDevices(Device.parseList(device)).withStrictDevice(strictDevice));
        ScoreSummary summary;
        try (Forebay forebay = stores.forebay().build();
                Model model = file.load(forebay)) {
            ScoreRun run = model.score(forebay.dataset(data).batchRows(batchRows))
                    .writeTo(ParquetSink.at(out))
                    .onProgress(ProgressLine.onTerminal());
            summary = (resume ? kept(run).resumable() : kept(run)).run();
        }
        if (asJson) {
            Output.printJson(json -> SummaryJson.write(json, summary));
        } else {
            SummaryText.print(summary, out);
        }
        return 0;
    }

    private ScoreRun kept(ScoreRun run) {
        if (keep == null) {
            return run;
        }
        if (keep.all || keep.columns == null) {
            return run.keepAll();
        }
        return run.keep(ColumnPath.parseList(keep.columns).stream()
                .map(ScoreCommand::topLevel)
                .toArray(String[]::new));
    }

    private static String topLevel(ColumnPath column) {
        if (column.parts().size() > 1) {
            throw ForebayException.usage("a kept column must be a top-level one: keep=" + column);
        }
        return column.root();
    }
}
