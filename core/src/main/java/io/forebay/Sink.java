// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A place where batches are written so that nothing is lost: an immutable description, opened once for each run. */
public interface Sink {
    /** Takes batches and throws them away; for measuring. */
    static Sink discard() {
        return (forebay, schema, resume) -> new DiscardingWriter();
    }

    /**
     * Opens the sink for batches of {@code schema}. The caller closes the writer.
     *
     * @param forebay the context whose storages are written to
     * @param schema the columns; its metadata says what made them, and is kept with the output
     * @param resume whether to go on after what an earlier run committed; otherwise the place must be empty
     * @throws ForebayException of kind {@code usage} when it is not empty, or holds output of other columns or other metadata
     */
    Writer open(Forebay forebay, Schema schema, boolean resume);

    /** Writes batches in order. One thread at a time. */
    interface Writer extends AutoCloseable {
        /** The state that the output committed so far stands for, or null when there is none. */
        @Nullable
        Checkpoint committed();

        /** Writes a batch, which stays the caller's. It becomes visible some time later, together with its checkpoint. */
        void write(Batch batch);

        /** Commits what is left and marks the output as complete. */
        void finish();

        /** Parts committed so far, those of earlier runs included. */
        int parts();

        /** Ends the writing; without {@link #finish} what is not committed leaves no trace. */
        @Override
        void close();
    }

    /** The writer of {@link #discard}. */
    final class DiscardingWriter implements Writer {
        private DiscardingWriter() {}

        @Override
        public @Nullable Checkpoint committed() {
            return null;
        }

        @Override
        public void write(Batch batch) {}

        @Override
        public void finish() {}

        @Override
        public int parts() {
            return 0;
        }

        @Override
        public void close() {}
    }
}
