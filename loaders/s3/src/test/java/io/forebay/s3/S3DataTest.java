// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.Forebay;
import io.forebay.testkit.CellHashes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Shards in a bucket are the shards on disk: the same rows, in the same order, from the same checkpoints. */
class S3DataTest {
    private static final Path SHARDS = Path.of("../../examples/flights/data");
    private static final int BATCH_ROWS = 100_000;

    private S3Server server;
    private Forebay forebay;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        try (Stream<Path> files = Files.list(SHARDS)) {
            for (Path file : files.toList()) {
                server.put("flights/" + file.getFileName(), Files.readAllBytes(file));
            }
        }
        forebay = Forebay.builder()
                .storage(new S3Storage(server.settings()))
                .trackAllocations(true)
                .build();
    }

    @AfterEach
    void stop() throws Exception {
        forebay.close();
        server.stop();
    }

    @Test
    void aStreamGoesOnWhereverItsDataLie() {
        Dataset local = forebay.dataset(SHARDS.toString()).batchRows(BATCH_ROWS);
        Dataset remote = forebay.dataset("s3://lake/flights").batchRows(BATCH_ROWS);
        assertThat(remote.rows()).isEqualTo(local.rows());
        Checkpoint onDisk = afterBatches(local, 5);
        assertThat(CellHashes.of(remote.stream(onDisk))).isEqualTo(CellHashes.of(local.stream(onDisk)));
        Checkpoint inBucket = afterBatches(remote, 7);
        assertThat(CellHashes.of(local.stream(inBucket))).isEqualTo(CellHashes.of(remote.stream(inBucket)));
    }

    private static Checkpoint afterBatches(Dataset dataset, int count) {
        try (BatchStream stream = dataset.stream()) {
            for (int i = 0; i < count; i++) {
                stream.next().close();
            }
            return stream.checkpoint();
        }
    }
}
