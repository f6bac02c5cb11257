// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import io.forebay.Batch;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;

/** How batches become files of a format, and what such a file says of itself. Stateless. */
public interface PartFormat {
    /** What names of its files end in, without the dot. */
    String extension();

    /**
     * Fails for columns that the format cannot hold, before anything is written.
     *
     * @throws io.forebay.ForebayException of kind {@code unsupported}
     */
    void requireWritable(Schema schema);

    /** Starts a file of these columns; {@code out} stays the caller's. */
    Encoder start(Schema schema, OutputStream out) throws IOException;

    /**
     * Reads what a file says of itself.
     *
     * @param schema the columns that it must have
     * @throws io.forebay.ForebayException of kind {@code usage} when it has others
     */
    Content read(RangeReader file, Schema schema);

    /** Writes batches into one file. One thread at a time. */
    interface Encoder extends AutoCloseable {
        /** Appends a batch, which stays the caller's. */
        void write(Batch batch) throws IOException;

        /** Writes what is left, and {@code notes} into the file's metadata. */
        void finish(Map<String, String> notes) throws IOException;

        /** Releases what the encoder holds. */
        @Override
        void close() throws IOException;
    }

    /**
     * What a file says of itself.
     *
     * @param notes what {@link Encoder#finish} was given, perhaps among others
     */
    record Content(long rows, Map<String, String> notes) {}
}
