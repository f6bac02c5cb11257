// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.io.IOException;
import java.util.List;

/**
 * A folder that one run writes to. What an earlier run began and did not commit is gone once the folder is open. One thread at a
 * time.
 */
public interface OutputFolder extends AutoCloseable {
    /** What messages call it. */
    String location();

    /** The files that are there, by name; those of a storage's own are not among them. */
    List<StorageObject> files() throws IOException;

    /** Opens one of {@link #files}. The caller closes the reader. */
    RangeReader open(StorageObject file);

    /** Starts a file that nobody sees before it is committed. */
    OutputFile create(String name) throws IOException;

    /** Makes an empty file, which lasts as soon as this returns. */
    void mark(String name) throws IOException;

    /** Takes a file away, if it is there; it is gone for good as soon as this returns. */
    void delete(String name) throws IOException;

    /** Ends the writing. A folder that was made for this run and holds nothing is taken away. */
    @Override
    void close() throws IOException;
}
