// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.nio.ByteBuffer;
import org.apache.arrow.memory.BufferAllocator;

/** A file format that can be read as Arrow columns. Found by {@code ServiceLoader}; thread-safe and stateless. */
public interface DatasetFormat {
    /** The name by which messages and options call it, such as {@code parquet}. */
    String name();

    /** True when a file of this name is taken for this format without looking inside. */
    boolean recognizesName(String fileName);

    /** True when a file that starts with these bytes (up to 16) is of this format. */
    boolean recognizesHead(ByteBuffer head);

    /**
     * Reads the file's metadata: schema, units and what identifies its content.
     *
     * @param storage opens the object; the format closes what it opens
     * @param allocator for buffers, all released on return; its limit bounds what a forged length can take
     * @throws io.forebay.ForebayException when the file is not of this format, damaged or needs what is not supported
     */
    DataFile open(Storage storage, StorageObject object, BufferAllocator allocator);
}
