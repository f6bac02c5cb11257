// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.util.List;

/** The storage of {@link MemoryTable}s; every table is one object without bytes. */
public final class MemoryStorage implements Storage {
    @Override
    public boolean handles(String location) {
        return location.startsWith("mem:");
    }

    @Override
    public List<StorageObject> list(String location) {
        MemoryTable table = MemoryTable.at(location);
        return List.of(new StorageObject(table.location(), table.path(), 0, "1"));
    }

    @Override
    public RangeReader open(StorageObject object) {
        throw new AssertionError("a table in memory has no bytes: " + object.uri());
    }
}
