// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.local;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * Positional reads of a local file, done at once on the calling thread: the page cache answers faster than another
 * thread could.
 */
final class LocalRangeReader implements RangeReader {
    private final StorageObject object;
    private final FileChannel channel;

    /** Null where the file may change. */
    private final @Nullable MappedFiles mappings;

    LocalRangeReader(StorageObject object, Path path, @Nullable MappedFiles mappings) throws IOException {
        this.object = object;
        this.mappings = mappings;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
    }

    @Override
    public StorageObject storageObject() {
        return object;
    }

    @Override
    public CompletableFuture<Void> read(long offset, ByteBuffer target) {
        try {
            readNow(offset, target);
            return CompletableFuture.completedFuture(null);
        } catch (ForebayException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void readFully(long offset, ByteBuffer target) {
        readNow(offset, target);
    }

    private void readNow(long offset, ByteBuffer target) {
        if (offset < 0) {
            throw ForebayException.io("reads must end within the file: offset=" + offset)
                    .at(Place.of(object.uri()));
        }
        long position = offset;
        try {
            while (target.hasRemaining()) {
                int count = channel.read(target, position);
                if (count < 0) {
                    throw ForebayException.io("reads must end within the file: offset=" + offset + ", missingBytes="
                                    + target.remaining() + ", fileBytes=" + object.sizeBytes())
                            .at(Place.of(object.uri()));
                }
                position += count;
            }
        } catch (ClosedByInterruptException e) {
            throw new ForebayException(Kind.CANCELLED, "the read was interrupted", Place.of(object.uri()), e);
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "file must be readable: " + e, Place.of(object.uri()), e);
        }
    }

    @Override
    public boolean readsAtOnce() {
        return true;
    }

    @Override
    public @Nullable ArrowBuf map(ByteRange range, BufferAllocator owner) {
        if (mappings == null || range.end() > object.sizeBytes() - MAPPED_SLACK_BYTES) {
            return null;
        }
        try {
            return mappings.buffer(object, channel, range, owner);
        } catch (IOException e) {
            return null; // a file system need not map files, and a process may have no more mappings: it is read then
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new ForebayException(Kind.IO, "file must be closable: " + e, Place.of(object.uri()), e);
        }
    }
}
