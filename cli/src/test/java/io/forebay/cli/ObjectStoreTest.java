// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.cli.ForebayProcess.Outcome;
import io.forebay.s3.S3Server;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands read from a store, and write to it, what they read and write on disk. */
class ObjectStoreTest {
    private static final Path FLIGHTS = Path.of("../examples/flights");
    private static final List<String> SHARDS = List.of("flights-1.parquet", "flights-2.parquet");

    @TempDir
    Path folder;

    private S3Server server;

    @BeforeEach
    void start() throws Exception {
        server = new S3Server();
        for (String shard : SHARDS) {
            Path file = FLIGHTS.resolve("data").resolve(shard);
            Files.copy(file, folder.resolve(shard));
            server.put("flights/" + shard, Files.readAllBytes(file));
        }
        server.put("models/delay.onnx", Files.readAllBytes(FLIGHTS.resolve("delay.onnx")));
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void whatIsReadIsWhatLiesOnDisk() throws Exception {
        for (List<String> command : List.of(
                List.of("schema"), List.of("cat", "--filter", "delay > 600"), List.of("profile", "--top", "3"))) {
            Outcome local = ForebayProcess.run(with(command, folder + "/*.parquet"));
            assertThat(local.out()).isNotEmpty();
            assertThat(inStore(with(command, "s3://lake/flights/*.parquet"))).isEqualTo(local);
        }
    }

    @Test
    void theEnvironmentSaysWhereTheStoreIs() throws Exception {
        Map<String, String> environment =
                Map.of("AWS_ENDPOINT_URL_S3", endpoint(), "AWS_SKIP_SIGNATURE", "true", "AWS_REGION", "eu-central-1");
        Outcome scan = ForebayProcess.run(environment, "scan", "s3://lake/flights/");
        assertThat(scan.err()).isEmpty();
        assertThat(scan.out()).startsWith("{\"rows\":");
    }

    @Test
    void aScoreMayLieInTheStoreFromEndToEnd() throws Exception {
        String local = folder.resolve("scores").toString();
        String model = FLIGHTS.resolve("delay.onnx").toString();
        assertThat(ForebayProcess.run("score", "--data", folder.toString(), "--model", model, "--out", local)
                        .status())
                .isZero();
        Outcome remote = inStore(
                "score",
                "--data",
                "s3://lake/flights/",
                "--model",
                "s3://lake/models/delay.onnx",
                "--out",
                "s3://lake/scores");
        assertThat(remote.err()).isEmpty();
        assertThat(remote.status()).isZero();
        assertThat(server.get("scores/_SUCCESS")).isEmpty();
        assertThat(inStore("cat", "s3://lake/scores")).isEqualTo(ForebayProcess.run("cat", local));
    }

    @Test
    void endpointsAreAddresses() throws Exception {
        Outcome outcome = ForebayProcess.run("schema", "--s3-endpoint", "localhost:9000", "s3://lake/flights/");
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err())
                .isEqualTo("forebay: usage: an endpoint must be an address such as http://host:9000:"
                        + " endpoint=localhost:9000\n");
    }

    private String endpoint() {
        return server.endpoint().toString();
    }

    private Outcome inStore(String... command) throws Exception {
        return ForebayProcess.run(with(List.of(command), "--s3-endpoint", endpoint(), "--s3-anonymous"));
    }

    private static String[] with(List<String> command, String... more) {
        return Stream.concat(command.stream(), Stream.of(more)).toArray(String[]::new);
    }
}
