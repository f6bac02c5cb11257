// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import java.util.HashMap;
import java.util.Map;
import org.apache.arrow.memory.ArrowBuf;
import org.jspecify.annotations.Nullable;

/**
 * What several readers of one column chunk have in memory together: pages, each decompressed once and kept while a reader stands in it,
 * and the dictionary. One thread at a time reads, but readers that are through may be closed by others meanwhile: thread-safe. The owner
 * closes this after all readers.
 */
public final class SharedChunk implements AutoCloseable {
    /** A dictionary that is decoded, and not written to any more. */
    public interface Dictionary extends AutoCloseable {
        @Override
        void close();
    }

    /** A page, and how many readers stand in it. */
    private static final class Entry {
        final ArrowBuf bytes;
        int readers = 1;

        Entry(ArrowBuf bytes) {
            this.bytes = bytes;
        }
    }

    /** The pages by where they are in the file. */
    private final Map<Long, Entry> pages = new HashMap<>();

    private @Nullable Dictionary dictionary;

    public synchronized @Nullable Dictionary dictionary() {
        return dictionary;
    }

    /** Takes the dictionary over for all readers. */
    public synchronized void setDictionary(@Nullable Dictionary value) {
        dictionary = value;
    }

    /** The page at {@code position}, if a reader stands in it: the caller is one more, and {@linkplain #leave leaves} it; else null. */
    @Nullable
    synchronized ArrowBuf enter(long position) {
        Entry entry = pages.get(position);
        if (entry == null) {
            return null;
        }
        entry.readers++;
        return entry.bytes;
    }

    /** Takes over a page that nobody stands in but the caller, who leaves it. */
    synchronized void add(long position, ArrowBuf bytes) {
        pages.put(position, new Entry(bytes));
    }

    synchronized void leave(long position) {
        Entry entry = pages.get(position);
        if (entry != null && --entry.readers == 0) {
            pages.remove(position);
            entry.bytes.close();
        }
    }

    @Override
    public synchronized void close() {
        if (dictionary != null) {
            dictionary.close();
        }
    }
}
