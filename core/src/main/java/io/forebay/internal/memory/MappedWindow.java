// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;

/**
 * A part of a file mapped into memory, of which {@link #buffer} hands out Arrow buffers without a copy. Read-only: a store
 * there ends the JVM, as does a load once the file has been cut short. Unmapped when its owner has closed it and all its buffers
 * are. Thread-safe.
 */
public final class MappedWindow implements AutoCloseable {
    private final MappedByteBuffer bytes;
    private final long address;

    /** One for the owner, one for each region handed out. */
    private final AtomicInteger references = new AtomicInteger(1);

    private MappedWindow(MappedByteBuffer bytes) {
        this.bytes = bytes;
        this.address = RawMemory.addressOf(bytes);
    }

    /** Maps {@code length} bytes from {@code offset} on. The caller closes the window. */
    public static MappedWindow map(FileChannel channel, long offset, int length) throws IOException {
        return new MappedWindow(channel.map(FileChannel.MapMode.READ_ONLY, offset, length));
    }

    /**
     * The bytes {@code [offset, offset + length)} of this window, which is open. The caller closes the buffer, perhaps after the window.
     *
     * @param owner stands for the buffer's leaks; its size is not counted
     */
    public ArrowBuf buffer(int offset, int length, BufferAllocator owner) {
        if (offset < 0 || length < 0 || length > bytes.capacity() - offset) {
            throw new IndexOutOfBoundsException("a buffer must lie within its window: offset=" + offset + ", length="
                    + length + ", windowBytes=" + bytes.capacity());
        }
        MappedRegion region = new MappedRegion(this, length, owner);
        references.incrementAndGet();
        return new ArrowBuf(region, null, length, address + offset);
    }

    /** A direct view of {@code length} bytes from the address {@code from} on, in native order. */
    ByteBuffer view(long from, int length) {
        return bytes.slice((int) (from - address), length).order(ByteOrder.nativeOrder());
    }

    /** How many bytes are mapped. */
    public int sizeBytes() {
        return bytes.capacity();
    }

    /** Gives back one reference. */
    void release() {
        if (references.decrementAndGet() == 0) {
            RawMemory.free(bytes);
        }
    }

    /** To be called once, by the owner. */
    @Override
    public void close() {
        release();
    }
}
