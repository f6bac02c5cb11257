// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import io.forebay.internal.local.LocalStorage;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/** Local files, which may pretend to be remote, with counts of readers opened and of bytes that are asked for. Thread-safe. */
final class CountingStorage implements Storage {
    private final LocalStorage storage;
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong opened = new AtomicLong();
    private final boolean remote;

    /**
     * Such a storage.
     *
     * @param remote whether it pretends to be remote
     * @param mapped whether files may be mapped: what is copied from a mapping is not asked for
     */
    CountingStorage(boolean remote, boolean mapped) {
        this.storage = new LocalStorage(mapped);
        this.remote = remote;
    }

    @Override
    public boolean isRemote() {
        return remote;
    }

    /** Bytes asked for since the last call. */
    long takeBytes() {
        return bytes.getAndSet(0);
    }

    /** Readers opened since the last call. */
    long takeOpened() {
        return opened.getAndSet(0);
    }

    @Override
    public boolean handles(String location) {
        return storage.handles(location);
    }

    @Override
    public List<StorageObject> list(String location) {
        return storage.list(location);
    }

    @Override
    public RangeReader open(StorageObject object) {
        RangeReader reader = storage.open(object);
        opened.incrementAndGet();
        return new RangeReader() {
            @Override
            public StorageObject storageObject() {
                return object;
            }

            @Override
            public CompletableFuture<Void> read(long offset, ByteBuffer target) {
                bytes.addAndGet(target.remaining());
                return reader.read(offset, target);
            }

            @Override
            public ArrowBuf map(ByteRange range, BufferAllocator owner) {
                return reader.map(range, owner);
            }

            @Override
            public boolean readsAtOnce() {
                return !remote;
            }

            @Override
            public void close() {
                reader.close();
            }
        };
    }

    @Override
    public void close() {
        storage.close();
    }
}
