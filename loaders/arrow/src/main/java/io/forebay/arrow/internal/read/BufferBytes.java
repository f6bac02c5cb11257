// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.jspecify.annotations.Nullable;

/**
 * One buffer of a record batch, read front to back. Whoever asks for more bytes than there are gets a {@code corrupt} error: so nobody else
 * has to look at a buffer's length. One thread at a time.
 */
abstract class BufferBytes implements AutoCloseable {
    /** Native copies longer than this take longer than it takes to notice. */
    private static final int READ_BYTES_MAX = 1 << 30;

    final ByteRange range;
    final BufferAllocator allocator;

    /** Bytes taken from the file so far. */
    long bytesRead;

    private @Nullable RangeReader reader;

    BufferBytes(ByteRange range, BufferAllocator allocator) {
        this.range = range;
        this.allocator = allocator;
    }

    /** Opens the buffer for reads from the file. */
    void open(RangeReader file) {
        this.reader = file;
    }

    /** Opens the buffer for views of {@code mapping}, which is what the file holds at {@link #range}. */
    void open(ArrowBuf mapping) {
        throw new IllegalStateException("only stored bytes can be mapped: " + mapping);
    }

    boolean canBeMapped() {
        return false;
    }

    /** Whether the buffer was left out: some writers leave out what a batch can do without. */
    boolean isAbsent() {
        return range.length() == 0;
    }

    /** Whether a failure has shown that no byte behind what was read can be read. */
    boolean isBroken() {
        return false;
    }

    /** Bytes not read yet. */
    abstract long remaining();

    /** Moves the next {@code count} bytes, which are there, to an address, which takes them. */
    abstract void move(ArrowBuf target, long index, long count);

    /** Passes over {@code count} bytes, which are there. */
    abstract void pass(long count);

    /** A view of the next {@code count} bytes, which are there, passing over them, or null where they must be moved. */
    abstract @Nullable ArrowBuf view(long count);

    /** The next {@code count} bytes as a buffer that the caller closes. */
    final ArrowBuf take(long count) {
        require(count);
        ArrowBuf view = view(count);
        if (view != null) {
            return view;
        }
        ArrowBuf bytes = allocator.buffer(count);
        try {
            move(bytes, 0, count);
        } catch (RuntimeException | Error e) {
            bytes.close();
            throw e;
        }
        return bytes;
    }

    /** Puts the next {@code count} bytes into {@code target} from {@code index} on. */
    final void read(ArrowBuf target, long index, long count) {
        require(count);
        target.checkBytes(index, index + count);
        move(target, index, count);
    }

    final void skip(long count) {
        require(count);
        pass(count);
    }

    private void require(long count) {
        if (count < 0 || count > remaining()) {
            throw ForebayException.corrupt("a buffer must hold all values of its column: neededBytes=" + count
                    + ", bytes=" + remaining() + ", offset=" + range.offset());
        }
    }

    /** Reads from the file, at {@code offset} of this buffer's range. */
    final void readFile(long offset, ArrowBuf target, long index, long count) {
        RangeReader file = Objects.requireNonNull(reader);
        for (long done = 0; done < count; ) {
            int part = (int) Math.min(READ_BYTES_MAX, count - done);
            ByteBuffer view = Objects.requireNonNull(NioViews.of(target, index + done, part));
            file.readFully(range.offset() + offset + done, view);
            done += part;
        }
        bytesRead += count;
    }

    @Override
    public void close() {}

    /** Bytes as they are. */
    static final class Stored extends BufferBytes {
        private long position;
        private @Nullable ArrowBuf mapping;

        Stored(ByteRange range, BufferAllocator allocator) {
            super(range, allocator);
        }

        @Override
        void open(ArrowBuf newMapping) {
            this.mapping = newMapping;
        }

        @Override
        boolean canBeMapped() {
            return !isAbsent();
        }

        @Override
        long remaining() {
            return range.length() - position;
        }

        @Override
        void move(ArrowBuf target, long index, long count) {
            if (mapping == null) {
                readFile(position, target, index, count);
            } else {
                RawMemory.copy(mapping.memoryAddress() + position, target.memoryAddress() + index, count);
                bytesRead += count;
            }
            position += count;
        }

        @Override
        void pass(long count) {
            position += count;
        }

        @Override
        @Nullable
        ArrowBuf view(long count) {
            if (mapping == null) {
                return null;
            }
            ArrowBuf view = mapping.slice(position, count);
            view.getReferenceManager().retain();
            position += count;
            bytesRead += count;
            return view;
        }
    }
}
