// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import io.forebay.ForebayException;
import java.nio.ByteBuffer;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.jspecify.annotations.Nullable;

/**
 * Ranged reads of one object. Thread-safe: ranges may be read from several threads at once. After {@link #close()} reads
 * fail; reads under way complete first, or fail with a {@code cancelled} error.
 */
public interface RangeReader extends AutoCloseable {
    /** The object that this reads. */
    StorageObject storageObject();

    /**
     * Fills {@code target} from its position to its limit with the bytes from {@code offset} on. The buffer belongs to
     * the read until the future completes, with a {@link ForebayException} of kind {@code io} when the bytes could not
     * all be read.
     */
    CompletableFuture<Void> read(long offset, ByteBuffer target);

    /** {@link #read} that waits. */
    default void readFully(long offset, ByteBuffer target) {
        await(read(offset, target));
    }

    /**
     * Waits for a read, and throws what it failed with.
     *
     * @throws ForebayException of kind {@code io} for what is no {@link ForebayException}: data are not to blame for it
     */
    static void await(CompletableFuture<Void> read) {
        try {
            read.join();
        } catch (CompletionException | CancellationException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private static RuntimeException failed(Throwable cause) {
        if (cause instanceof Error error) {
            throw error;
        }
        return cause instanceof ForebayException || cause instanceof OutOfMemoryException
                ? (RuntimeException) cause
                : new ForebayException(ForebayException.Kind.IO, "a read failed: " + cause, cause);
    }

    /** Bytes behind a mapped range that may be read as well, so that kernels may load whole words. */
    int MAPPED_SLACK_BYTES = 8;

    /**
     * The bytes of {@code range} where they lie, without a copy, or null where there is nothing of the kind. Nobody may
     * write there. {@link #MAPPED_SLACK_BYTES} behind the range are readable as well. The caller closes the buffer, perhaps after this reader.
     *
     * @param owner stands for the buffer's leaks; its size is not counted
     */
    default @Nullable ArrowBuf map(ByteRange range, BufferAllocator owner) {
        return null;
    }

    /**
     * The bytes of {@code range} without a copy, where this reader has them in memory of its context or is about to: it waits
     * for them. Null where it has not, so that they have to be read. Nobody may write there. The caller closes the buffer,
     * perhaps after this reader.
     */
    default @Nullable ArrowBuf held(ByteRange range) {
        return null;
    }

    /** Whether a small read costs little more than the copy of its bytes, as from a file of this machine. */
    default boolean readsAtOnce() {
        return false;
    }

    /** Ends reads under way, and all to come, with a {@code cancelled} error where waiting for them would take long. From any thread. */
    default void cancel() {}

    @Override
    void close();
}
