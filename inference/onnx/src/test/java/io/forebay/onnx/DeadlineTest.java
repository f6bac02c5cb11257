// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import static io.forebay.inference.testkit.ColumnFiles.Column.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.Model;
import io.forebay.inference.ScoreRun;
import io.forebay.inference.testkit.ColumnFiles;
import io.forebay.inference.testkit.ForebayTest;
import io.forebay.parquet.ParquetSink;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Runs that are not over in time. */
class DeadlineTest extends ForebayTest {
    @Test
    void aRunEndsByItsDeadlineAndGoesOnAnotherTime() throws IOException, InterruptedException {
        Object[] rows =
                IntStream.range(0, 2000).mapToObj(row -> (Object) (double) row).toArray();
        Path data = ColumnFiles.write(forebay, folder.resolve("data"), column("x", rows));
        AtomicLong slowness = new AtomicLong(5_000_000);
        try (Model model = OnnxModel.of(doubling()).load(forebay)) {
            ScoreRun run = model.score(forebay.dataset(data.toString()).batchRows(10))
                    .writeTo(ParquetSink.at(folder.resolve("out")))
                    .resumable()
                    .onProgress(progress -> LockSupport.parkNanos(slowness.get()));
            long started = System.nanoTime();
            assertThatThrownBy(() -> run.deadline(Duration.ofMillis(100)).run())
                    .isInstanceOfSatisfying(
                            ForebayException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CANCELLED))
                    .hasMessage("a run must be over by its deadline: deadline=PT0.1S");
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                    .isBetween(Duration.ofMillis(100), Duration.ofMillis(900));
            slowness.set(0);
            run.deadline(Duration.ofMinutes(10)).run();
            assertThat(forebay.dataset(folder.resolve("out").toString()).rows()).isEqualTo(2000);
            assertThatThrownBy(() -> run.deadline(Duration.ZERO))
                    .hasMessage("a deadline must lie ahead: deadline=PT0S");
        }
        for (int i = 0; i < 100 && isWatched(); i++) {
            Thread.sleep(10); // a thread takes a moment to end
        }
        assertThat(isWatched()).isFalse();
    }

    private static boolean isWatched() {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().startsWith("forebay-deadline"));
    }

    private Path doubling() throws IOException {
        return new OnnxFiles()
                .input("x", OnnxFiles.DOUBLE, -1)
                .output("y", OnnxFiles.DOUBLE, -1)
                .node("Add", "y", "x", "x")
                .writeTo(folder.resolve("doubling.onnx"));
    }
}
