// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.internal.memory.MappedWindow;
import io.forebay.spi.ByteRange;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * The mappings of a context's files, kept from scan to scan: to map a file anew costs a page fault for every few pages of
 * it. A file is mapped in windows, one for each GiB of it, that reach a GiB further, so that a range of up to a GiB lies whole
 * in the window it begins in. Those least recently used go first. Thread-safe.
 */
final class MappedFiles implements AutoCloseable {
    private static final long STRIDE_BYTES = 1 << 30;

    /** Far below the 65,530 mappings that Linux allows a process. */
    private static final int WINDOWS_MAX = 1024;

    /** What is mapped takes no memory but the system's page tables, 2 MB for each GiB that was touched. */
    private static final long BYTES_MAX = 64L << 30;

    private record Key(String uri, long window) {}

    private record Entry(long fileBytes, String version, MappedWindow window) {
        boolean isOf(StorageObject object) {
            return fileBytes == object.sizeBytes() && version.equals(object.version());
        }
    }

    private final Map<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long mappedBytes;

    /**
     * The bytes of {@code range}, which lies within the file, or null where it is too long to be mapped. The caller closes the buffer.
     *
     * @param channel the file, open
     * @param owner stands for the buffer's leaks; its size is not counted
     */
    synchronized @Nullable ArrowBuf buffer(
            StorageObject object, FileChannel channel, ByteRange range, BufferAllocator owner) throws IOException {
        if (range.length() > STRIDE_BYTES) {
            return null;
        }
        long window = range.offset() / STRIDE_BYTES;
        int offset = (int) (range.offset() - window * STRIDE_BYTES);
        return window(object, channel, window).buffer(offset, (int) range.length(), owner);
    }

    private MappedWindow window(StorageObject object, FileChannel channel, long index) throws IOException {
        Key key = new Key(object.uri(), index);
        Entry entry = entries.get(key);
        if (entry != null && entry.isOf(object)) {
            return entry.window;
        }
        if (entry != null) { // another file by now
            entries.remove(key);
            unmap(entry);
        }
        long start = index * STRIDE_BYTES;
        int length = (int) Math.min(2 * STRIDE_BYTES - 1, object.sizeBytes() - start);
        makeRoom(length);
        MappedWindow window = MappedWindow.map(channel, start, length);
        entries.put(key, new Entry(object.sizeBytes(), object.version(), window));
        mappedBytes += length;
        return window;
    }

    private void makeRoom(int length) {
        Iterator<Entry> eldest = entries.values().iterator();
        while (eldest.hasNext() && (entries.size() >= WINDOWS_MAX || mappedBytes + length > BYTES_MAX)) {
            Entry entry = eldest.next();
            eldest.remove();
            unmap(entry);
        }
    }

    private void unmap(Entry entry) {
        mappedBytes -= entry.window.sizeBytes();
        entry.window.close();
    }

    /** Unmaps what no buffer refers to any more; the rest goes with its last buffer. */
    @Override
    public synchronized void close() {
        entries.values().forEach(this::unmap);
        entries.clear();
    }
}
