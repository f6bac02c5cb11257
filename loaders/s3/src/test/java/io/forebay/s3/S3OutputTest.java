// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.ForebayException;
import io.forebay.internal.remote.RetryPolicy;
import io.forebay.spi.OutputFile;
import io.forebay.spi.OutputFolder;
import io.forebay.spi.WritableStorage;
import io.forebay.testkit.FaultyProxy;
import io.forebay.testkit.FaultyProxy.Fate;
import io.forebay.testkit.OutputContract;
import java.io.IOException;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Prefixes of a bucket keep the contract of output, on a bad network too; what is not completed leaves no parts behind. */
class S3OutputTest extends OutputContract {
    private static final RetryPolicy IMPATIENT = new RetryPolicy(
            8, Duration.ofMillis(1), Duration.ofMillis(10), Duration.ofSeconds(2), Duration.ofSeconds(20));
    private static final int SEEDS = 12;
    private static final int LARGE_BYTES = 18 << 20;

    private S3Server server;
    private S3Storage storage;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        storage = new S3Storage(server.settings());
    }

    @AfterEach
    void stop() throws Exception {
        storage.close();
        server.stop();
    }

    @Override
    protected WritableStorage storage() {
        return storage;
    }

    @Override
    protected String location(String name) {
        return "s3://" + S3Server.BUCKET + "/some/" + name;
    }

    /** A killed run cannot clean up; the next one does, and leaves the uploads of others alone. */
    @Test
    void theNextRunTakesAwayWhatAKilledOneLeft() throws IOException {
        OutputFolder killed = storage.openOutput(location("out"), false);
        killed.create("part-0.parquet").write(new byte[LARGE_BYTES]);
        server.startUpload("some/out/theirs.parquet");
        server.startUpload("some/out-2/part-0.parquet");
        assertThat(server.uploads())
                .containsExactly("some/out-2/part-0.parquet", "some/out/part-0.parquet", "some/out/theirs.parquet");
        storage.openOutput(location("out"), false).close();
        assertThat(server.uploads()).containsExactly("some/out-2/part-0.parquet", "some/out/theirs.parquet");
    }

    @Test
    void aStormEndsInTheObjectOrAnErrorAndInNoUpload() throws Exception {
        Fate[] fates = {Fate.WELL, Fate.WELL, Fate.WELL, Fate.REFUSED, Fate.BUSY, Fate.BROKEN};
        byte[] content = new byte[LARGE_BYTES];
        new Random(1).nextBytes(content);
        int complete = 0;
        try (FaultyProxy proxy = new FaultyProxy(server.endpoint());
                S3Storage shaken = new S3Storage(server.settings().withEndpoint(proxy.endpoint()), IMPATIENT, 1_000)) {
            for (int seed = 0; seed < SEEDS; seed++) {
                Random random = new Random(seed);
                proxy.decide(
                        connection -> {
                            synchronized (random) {
                                return fates[random.nextInt(fates.length)];
                            }
                        },
                        random.nextInt(30_000));
                complete += isWritten(shaken, location("storm-" + seed), content) ? 1 : 0;
                storage.openOutput(location("storm-" + seed), true).close();
                assertThat(server.uploads()).isEmpty();
            }
        }
        assertThat(complete).isGreaterThan(SEEDS / 2);
    }

    private boolean isWritten(S3Storage shaken, String location, byte[] content) throws IOException {
        try (OutputFolder folder = shaken.openOutput(location, false);
                OutputFile file = folder.create("part-0.bin")) {
            file.write(content);
            file.commit();
        } catch (ForebayException e) {
            return false;
        }
        assertThat(server.get(location.substring(location.indexOf("some/")) + "/part-0.bin"))
                .isEqualTo(content);
        return true;
    }
}
