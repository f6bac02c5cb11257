// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Forebay;
import io.forebay.inference.Model;
import io.forebay.inference.ScoreRun;
import io.forebay.onnx.OnnxModel;
import io.forebay.parquet.ParquetSink;
import io.forebay.testkit.CellHashes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A scoring run goes on wherever its data lie, and writes to wherever it is told, each row exactly once. */
class S3ScoringTest {
    private static final Path SHARDS = Path.of("../../examples/flights/data");
    private static final Path MODEL = Path.of("../../examples/flights/delay.onnx");
    private static final String REMOTE = "s3://lake/flights";
    private static final int PART_ROWS = 100_000;
    private static final int BATCH_ROWS = 8_192;

    @TempDir
    Path folder;

    private S3Server server;
    private Forebay forebay;
    private Model model;
    private List<Integer> expected;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        try (Stream<Path> files = Files.list(SHARDS)) {
            for (Path file : files.toList()) {
                server.put("flights/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        forebay = Forebay.builder().storage(new S3Storage(server.settings())).build();
        model = OnnxModel.of(server.put("models/delay.onnx", Files.readAllBytes(MODEL)))
                .load(forebay);
        String whole = folder.resolve("whole").toString();
        run(SHARDS.toString(), whole, Long.MAX_VALUE).run();
        expected = hashes(whole);
    }

    @AfterEach
    void stop() throws Exception {
        model.close();
        assertThat(forebay.memory().usedBytes()).isZero();
        forebay.close();
        server.stop();
    }

    @Test
    void aRunOnLocalShardsGoesOnInABucket() {
        String out = folder.resolve("out").toString();
        run(SHARDS.toString(), out, 350_000).run();
        run(REMOTE, out, Long.MAX_VALUE).resumable().run();
        assertThat(hashes(out)).isEqualTo(expected);
    }

    @Test
    void aRunOnABucketGoesOnWithLocalShards() {
        String out = folder.resolve("out").toString();
        run(REMOTE, out, 350_000).run();
        run(SHARDS.toString(), out, Long.MAX_VALUE).resumable().run();
        assertThat(hashes(out)).isEqualTo(expected);
    }

    @Test
    void outputLiesInABucketAndIsResumedThere() {
        String out = "s3://lake/scores";
        run(REMOTE, out, 350_000).run();
        run(SHARDS.toString(), out, Long.MAX_VALUE).resumable().run();
        assertThat(hashes(out)).isEqualTo(expected);
        assertThat(server.uploads()).isEmpty();
        assertThat(server.get("scores/_SUCCESS")).isEmpty();
    }

    private ScoreRun run(String data, String out, long limit) {
        return model.score(forebay.dataset(data).batchRows(BATCH_ROWS).limit(limit))
                .keep("delay")
                .writeTo(ParquetSink.at(out).partRows(PART_ROWS));
    }

    private List<Integer> hashes(String location) {
        return CellHashes.ofRows(forebay.dataset(location).stream()); // parts are listed by name
    }
}
