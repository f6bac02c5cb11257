// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.spi.RangeReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Copies an object to a temporary file, some blocks at the same time. Stateless. */
final class Download {
    private static final int BLOCK_BYTES = 1 << 20;
    private static final int BLOCKS_AHEAD = 8;

    private Download() {}

    /** A block on its way. */
    private record Block(ByteBuffer bytes, CompletableFuture<Void> done) {}

    /** The copy, which the caller deletes. */
    static Path of(Storage storage, StorageObject object) {
        @Nullable Path copy = null;
        try (RangeReader reader = storage.open(object)) {
            copy = Files.createTempFile("forebay-", "-" + object.fileName().replaceAll("[^A-Za-z0-9.]", "_"));
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                copy(reader, channel);
            }
            return copy;
        } catch (IOException | RuntimeException e) {
            deleteAfter(e, copy);
            if (e instanceof RuntimeException failure) {
                throw failure;
            }
            throw new ForebayException(Kind.IO, "a copy must be writable: " + e, Place.of(object.uri()), e);
        }
    }

    private static void copy(RangeReader reader, FileChannel channel) throws IOException {
        long size = reader.storageObject().sizeBytes();
        Deque<Block> ahead = new ArrayDeque<>();
        for (long offset = 0; offset < size || !ahead.isEmpty(); ) {
            while (offset < size && ahead.size() < BLOCKS_AHEAD) {
                ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(BLOCK_BYTES, size - offset));
                ahead.add(new Block(bytes, reader.read(offset, bytes)));
                offset += bytes.capacity();
            }
            Block block = ahead.remove();
            try {
                block.done.join();
            } catch (CompletionException e) {
                throw e.getCause() instanceof ForebayException failure ? failure : e;
            }
            block.bytes.flip();
            while (block.bytes.hasRemaining()) {
                channel.write(block.bytes);
            }
        }
    }

    private static void deleteAfter(Exception failure, @Nullable Path copy) {
        if (copy != null) {
            try {
                Files.deleteIfExists(copy);
            } catch (IOException e) {
                failure.addSuppressed(e);
            }
        }
    }
}
