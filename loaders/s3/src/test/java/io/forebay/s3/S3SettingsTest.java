// SPDX-License-Identifier: Apache-2.0
package io.forebay.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may read from a store that asks for credentials. */
class S3SettingsTest {
    private static final String FILE_PROPERTY = "aws.sharedCredentialsFile";

    @TempDir
    Path folder;

    private S3Server server;

    @BeforeEach
    void start() throws Exception {
        server = S3Server.requiring("reader", "sesame");
        server.put("data.bin", new byte[10]);
        Path credentials = folder.resolve("credentials");
        Files.writeString(
                credentials,
                """
                [right]
                aws_access_key_id = reader
                aws_secret_access_key = sesame
                [wrong]
                aws_access_key_id = reader
                aws_secret_access_key = guess
                """);
        System.setProperty(FILE_PROPERTY, credentials.toString());
    }

    @AfterEach
    void stop() throws Exception {
        System.clearProperty(FILE_PROPERTY);
        server.stop();
    }

    @Test
    void aProfileHasTheCredentials() {
        try (S3Storage storage = new S3Storage(settings().withProfile("right"))) {
            assertThat(storage.list("s3://lake/data.bin")).hasSize(1);
        }
    }

    @Test
    void aRefusalIsFinal() {
        requireIo(settings().withProfile("wrong"), "access must be allowed: status=403, code=");
        requireIo(settings().withAnonymous(true), "access must be allowed: status=403, code=");
        requireIo(settings().withProfile("absent"), "object must be readable: Profile file contained no credentials");
    }

    @Test
    void endpointsAreAddresses() {
        for (String endpoint : new String[] {"localhost:9000", "//host", "ftp://host", "http:///path"}) {
            assertThatThrownBy(() -> S3Settings.defaults().withEndpoint(URI.create(endpoint)))
                    .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.USAGE))
                    .hasMessage("an endpoint must be an address such as http://host:9000: endpoint=" + endpoint);
        }
    }

    private S3Settings settings() {
        return S3Settings.defaults().withEndpoint(server.endpoint());
    }

    private static void requireIo(S3Settings settings, String message) {
        try (S3Storage storage = new S3Storage(settings)) {
            assertThatThrownBy(() -> storage.list("s3://lake/data.bin"))
                    .isInstanceOfSatisfying(ForebayException.class, failure -> assertThat(failure.kind())
                            .isEqualTo(Kind.IO))
                    .hasMessageStartingWith(message)
                    .hasMessageEndingWith(" [at s3://lake/data.bin]");
        }
    }
}
