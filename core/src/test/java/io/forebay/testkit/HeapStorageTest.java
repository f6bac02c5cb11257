// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.spi.Storage;

/** Byte arrays keep the contract of storages. */
class HeapStorageTest extends StorageContract {
    private final HeapStorage storage = new HeapStorage();

    @Override
    protected Storage storage() {
        return storage;
    }

    @Override
    protected String put(String path, byte[] content) {
        return storage.put(path, content);
    }

    @Override
    protected void delete(String path) {
        storage.delete(path);
    }
}
