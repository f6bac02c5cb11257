// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.inference.FeedEfficiency;
import io.forebay.inference.Model;
import io.forebay.inference.ScoreSummary;
import io.forebay.onnx.OnnxModel;
import io.forebay.parquet.ParquetSink;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code forebay demo}: the main job on real data that is shipped. */
@Command(
        name = "demo",
        description = "Scores more than a million real flights with a model that predicts delays of over 15 minutes.")
final class DemoCommand implements Callable<Integer> {
    private static final long WARM_UP_ROWS = 400_000;
    private static final Duration MEASURED = Duration.ofSeconds(3);
    private static final int SAMPLE_ROWS = 5;
    private static final long SAMPLE_SEED = 2001;

    @Option(names = "--crash", description = "Kill the scoring three times on the way, resume, and compare the output.")
    private boolean crash;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = DemoFolders.home();
        Path data = home.resolve("examples/flights/data");
        Path model = home.resolve("examples/flights/delay.onnx");
        Path out = home.resolve("target/demo");
        if (crash) {
            return new CrashDemo(data, model, out, console()).run();
        }
        run(data, model, DemoFolders.emptied(out));
        return 0;
    }

    /** Words for people go to standard output, in UTF-8 whatever the platform's own charset. */
    private static PrintStream console() {
        return new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
    }

    private static void run(Path data, Path modelFile, Path out) throws IOException {
        Path scores = out.resolve("scores");
        Path warmUp = out.resolve("warm-up");
        PrintStream console = console();
        try (Forebay forebay = Forebay.open();
                Model model = OnnxModel.of(modelFile).load(forebay)) {
            Dataset flights = forebay.dataset(data.toString());
            console.printf("Scoring %,d real flights of 2001 with %s%n", flights.rows(), modelFile.getFileName());
            model.score(flights.limit(WARM_UP_ROWS))
                    .keepAll()
                    .writeTo(ParquetSink.at(warmUp))
                    .run(); // the JVM compiles what it will need
            DemoFolders.emptied(warmUp);
            ScoreSummary summary = model.score(flights)
                    .keepAll()
                    .writeTo(ParquetSink.at(scores))
                    .onProgress(ProgressLine.onTerminal())
                    .run();
            console.print(SummaryText.of(summary));
            console.print(efficiency(model.score(flights).measure(MEASURED)));
            Dataset scored = forebay.dataset(scores.toString());
            console.printf(
                    "AUC %.4f on flights that the model was not trained on (0.5 is a coin)%n", DemoScores.auc(scored));
            console.println("Five of them:");
            DemoScores.printRows(scored.sample(SAMPLE_ROWS, SAMPLE_SEED), console);
            console.printf("Output: %d Parquet parts in %s%n", summary.parts(), scores);
        }
    }

    private static String efficiency(FeedEfficiency measured) {
        return String.format(
                Locale.ROOT,
                "feed efficiency %.2f: loader alone %,.0f rows/s, model alone %,.0f, together %,.0f, ideal %,.0f%n",
                measured.ratio(),
                measured.loaderRowsPerSecond(),
                measured.modelRowsPerSecond(),
                measured.pipelineRowsPerSecond(),
                measured.idealRowsPerSecond());
    }
}
