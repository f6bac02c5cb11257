// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.inference.CopyReason;
import io.forebay.inference.Model;
import io.forebay.inference.Nans;
import io.forebay.inference.Nulls;
import io.forebay.inference.RunMetrics;
import io.forebay.inference.ScoreProgress;
import io.forebay.inference.ScoreSummary;
import io.forebay.inference.prepare.Feature;
import io.forebay.inference.prepare.Preparation;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;

/** What a run tells of itself. */
class RunMetricsTest extends ForebayTest {
    private static final int ROWS = 100;
    private static final int BATCH_ROWS = 30;

    @Test
    void batchesStagesAndWaitsAreCounted() throws IOException {
        List<ScoreProgress> progress = new ArrayList<>();
        ScoreSummary summary = score(matrix(1).bind("in", "f"), progress);
        RunMetrics metrics = summary.metrics();
        assertThat(metrics.rows()).isEqualTo(ROWS).isEqualTo(summary.rows());
        assertThat(metrics.batches()).isEqualTo(4);
        assertThat(metrics.batchFill()).isEqualTo(100.0 / 120);
        assertThat(metrics.queued()).isZero();
        assertThat(metrics.stages().prepare()).isPositive();
        assertThat(metrics.stages().run()).isPositive();
        assertThat(metrics.stages().output()).isPositive();
        assertThat(metrics.stages().write()).isPositive();
        assertThat(metrics.batchWait().p50())
                .isPositive()
                .isLessThanOrEqualTo(metrics.batchWait().p99());
        assertThat(metrics.batchWait().p99()).isLessThan(metrics.seconds());
        assertThat(metrics.busy() + metrics.starved() + metrics.blocked()).isBetween(0.0, 1.0);
        assertThat(metrics.heapBytesPerBatch()).isPositive();
        assertThat(progress).hasSize(4);
        assertThat(progress.get(3).metrics().rows()).isEqualTo(ROWS);
    }

    @Test
    void copiesHaveTheirReasons() throws IOException {
        assertThat(copied(matrix(1), "f")).isEmpty();
        assertThat(copied(matrix(2), "f", "d")).isEqualTo(Map.of(CopyReason.MATRIX, 800L));
        assertThat(copied(matrix(1), "d")).isEqualTo(Map.of(CopyReason.TYPE, 400L));
        // only the first batch has a null, and one that is not a number
        assertThat(copied(matrix(1).nulls(Nulls.fill(0)), "n")).isEqualTo(Map.of(CopyReason.NULLS, 120L));
        assertThat(copied(matrix(1).nans(Nans.fill(0)), "f")).isEqualTo(Map.of(CopyReason.NANS, 120L));
        OnnxModel prepared = matrix(1)
                .preparation(Preparation.none().withFeature(Feature.of("d").log(1)));
        assertThat(copied(prepared, "d")).isEqualTo(Map.of(CopyReason.FEATURES, 400L));
    }

    @Test
    void theFlightRecorderSeesBatchesAndTheRun() throws IOException {
        try (Recording recording = new Recording()) {
            recording.enable("io.forebay.BatchScored").withoutThreshold();
            recording.enable("io.forebay.ScoreRun").withoutThreshold();
            recording.start();
            score(matrix(1).bind("in", "f"), new ArrayList<>());
            recording.stop();
            Path file = folder.resolve("run.jfr");
            recording.dump(file);
            List<RecordedEvent> events = RecordingFile.readAllEvents(file);
            assertThat(events)
                    .extracting(event -> event.getEventType().getName())
                    .contains("io.forebay.ScoreRun");
            assertThat(events.stream()
                            .filter(event -> event.getEventType().getName().equals("io.forebay.BatchScored"))
                            .mapToInt(event -> event.getInt("rows"))
                            .sum())
                    .isEqualTo(ROWS);
        }
    }

    private Map<CopyReason, Long> copied(OnnxModel model, String... columns) throws IOException {
        return score(model.bind("in", columns), new ArrayList<>()).metrics().bytesCopied();
    }

    private ScoreSummary score(OnnxModel file, List<ScoreProgress> progress) {
        Object[] floats =
                IntStream.range(0, ROWS).mapToObj(row -> (Object) (float) row).toArray();
        floats[3] = Float.NaN;
        Object[] doubles =
                IntStream.range(0, ROWS).mapToObj(row -> (Object) (double) row).toArray();
        Object[] nullable =
                IntStream.range(0, ROWS).mapToObj(row -> (Object) (float) row).toArray();
        nullable[3] = null;
        Path data = ColumnFiles.write(
                forebay,
                folder.resolve("data" + System.nanoTime()),
                column("f", floats),
                column("d", doubles),
                column("n", nullable));
        try (Model model = file.load(forebay)) {
            return model.score(forebay.dataset(data.toString()).batchRows(BATCH_ROWS))
                    .onProgress(progress::add)
                    .run();
        }
    }

    private OnnxModel matrix(int width) throws IOException {
        return OnnxModel.of(new OnnxFiles()
                .input("in", OnnxFiles.FLOAT, -1, width)
                .output("out", OnnxFiles.FLOAT, -1, width)
                .node("Identity", "out", "in")
                .writeTo(folder.resolve("identity" + width + ".onnx")));
    }
}
