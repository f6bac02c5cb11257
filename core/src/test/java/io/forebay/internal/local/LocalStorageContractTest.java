// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.spi.Storage;
import io.forebay.testkit.StorageContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Local files keep the contract. */
class LocalStorageContractTest extends StorageContract {
    @TempDir
    Path folder;

    private final LocalStorage storage = new LocalStorage();

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String put(String path, byte[] content) throws IOException {
        Path file = folder.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content).toString();
    }

    @Override
    protected void delete(String path) throws IOException {
        Files.delete(folder.resolve(path));
    }
}
