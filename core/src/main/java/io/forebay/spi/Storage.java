// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.List;

/**
 * Where data lies: a file system or an object store. Thread-safe. A context closes its storages after everything that
 * reads from them; what threads and connections a storage has, it starts when they are first needed.
 */
public interface Storage extends AutoCloseable {
    /** True when {@code location} (a path, a glob or a URI) is this storage's to resolve. */
    boolean handles(String location);

    /**
     * The data files at a location, sorted by path: the file itself, the files below a folder, or the matches of a
     * glob. Names that start with {@code _} or {@code .} below a folder are no data and are left out.
     *
     * @throws io.forebay.ForebayException of kind {@code io} when there is nothing there
     */
    List<StorageObject> list(String location);

    /**
     * Opens an object for reading. The caller closes the reader.
     *
     * @throws io.forebay.ForebayException of kind {@code io} when it is gone, unreadable, or not the one that was listed
     */
    RangeReader open(StorageObject object);

    /** Whether every read crosses a network, so that it pays to ask for bytes before they are needed. */
    default boolean isRemote() {
        return false;
    }

    /** Ends threads and connections; open readers fail from then on. */
    @Override
    default void close() {}
}
