// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.SourceChangedException;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Byte arrays as files, at {@code heap:path}. It counts the readers that are open and the bytes that were read. Thread-safe. */
public final class HeapStorage implements Storage {
    private static final String SCHEME = "heap:";

    private final ConcurrentMap<String, Content> contents = new ConcurrentHashMap<>();
    private final AtomicLong versions = new AtomicLong();
    private final AtomicInteger openReaders = new AtomicInteger();
    private final AtomicLong bytesRead = new AtomicLong();

    /** A file's bytes, and which of its versions they are. */
    private static final class Content {
        final byte[] bytes;
        final String version;

        Content(byte[] bytes, String version) {
            this.bytes = bytes;
            this.version = version;
        }
    }

    /** Makes or replaces a file; returns its location. */
    public String put(String path, byte[] bytes) {
        contents.put(path, new Content(bytes, Long.toString(versions.incrementAndGet())));
        return SCHEME + path;
    }

    public void delete(String path) {
        contents.remove(path);
    }

    /** Readers that were opened and not closed. */
    public int openReaders() {
        return openReaders.get();
    }

    /** Bytes read so far. */
    public long bytesRead() {
        return bytesRead.get();
    }

    @Override
    public boolean handles(String location) {
        return location.startsWith(SCHEME);
    }

    @Override
    public List<StorageObject> list(String location) {
        String path = location.substring(SCHEME.length());
        if (contents.containsKey(path)) {
            return List.of(describe(path, path.lastIndexOf('/') + 1));
        }
        String folder = path.endsWith("/") ? path : path + "/";
        List<StorageObject> objects = contents.keySet().stream()
                .filter(file -> file.startsWith(folder))
                .sorted()
                .map(file -> describe(file, folder.length()))
                .toList();
        if (objects.isEmpty()) {
            throw ForebayException.io("file must exist").at(Place.of(location));
        }
        return objects;
    }

    private StorageObject describe(String path, int relativeFrom) {
        Content content = contents.get(path);
        return new StorageObject(SCHEME + path, path.substring(relativeFrom), content.bytes.length, content.version);
    }

    @Override
    public RangeReader open(StorageObject object) {
        Content content = contents.get(object.uri().substring(SCHEME.length()));
        if (content == null) {
            throw ForebayException.io("file must exist").at(Place.of(object.uri()));
        }
        if (!content.version.equals(object.version())) {
            throw new SourceChangedException("file must not change while it is in use", Place.of(object.uri()));
        }
        openReaders.incrementAndGet();
        return new Reader(object, content.bytes);
    }

    private final class Reader implements RangeReader {
        private final StorageObject object;
        private final byte[] bytes;
        private boolean closed;

        Reader(StorageObject object, byte[] bytes) {
            this.object = object;
            this.bytes = bytes;
        }

        @Override
        public StorageObject storageObject() {
            return object;
        }

        @Override
        public synchronized CompletableFuture<Void> read(long offset, ByteBuffer target) {
            if (closed) {
                return CompletableFuture.failedFuture(ForebayException.cancelled("a closed reader reads no more"));
            }
            if (offset < 0 || offset > bytes.length - target.remaining()) {
                return CompletableFuture.failedFuture(
                        ForebayException.io("reads must end within the file").at(Place.of(object.uri())));
            }
            bytesRead.addAndGet(target.remaining());
            target.put(bytes, (int) offset, target.remaining());
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                openReaders.decrementAndGet();
            }
        }
    }
}
