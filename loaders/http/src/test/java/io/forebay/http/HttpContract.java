// SPDX-License-Identifier: Apache-2.0
package io.forebay.http;

import io.forebay.internal.remote.RetryPolicy;
import io.forebay.spi.Storage;
import io.forebay.testkit.FileServer;
import io.forebay.testkit.StorageContract;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** The contract over a web server, by a storage that soon gives up. */
abstract class HttpContract extends StorageContract {
    static final RetryPolicy IMPATIENT = new RetryPolicy(
            8, Duration.ofMillis(1), Duration.ofMillis(20), Duration.ofMillis(600), Duration.ofSeconds(10));

    final FileServer server = new FileServer();
    final HttpStorage storage;

    HttpContract(long copiesBytesMax) throws IOException {
        storage = new HttpStorage(IMPATIENT, copiesBytesMax);
    }

    @AfterEach
    void close() {
        storage.close();
        server.close();
    }

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String put(String path, byte[] content) {
        return server.put(path, content);
    }

    @Override
    protected void delete(String path) {
        server.delete(path);
    }
}
