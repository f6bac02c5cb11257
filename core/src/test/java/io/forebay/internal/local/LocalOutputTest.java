// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.spi.WritableStorage;
import io.forebay.testkit.OutputContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** Folders of this machine keep the contract. */
class LocalOutputTest extends OutputContract {
    @TempDir
    Path folder;

    private final LocalStorage storage = new LocalStorage();

    @Override
    protected WritableStorage storage() {
        return storage;
    }

    @Override
    protected String location(String name) {
        return folder.resolve(name).toString();
    }
}
