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
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/**
 * A part of a file mapped into memory, as Arrow buffers that need no copy. Read-only: a store there ends the JVM, as does a load once
 * the file has been cut short. Unmapped with the last reference. It does not count against the budget, since the system
 * takes the memory back as it likes; but its owner cannot be closed before it. Thread-safe.
 */
public final class MappedRegion implements ReferenceManager {
    private final MappedByteBuffer bytes;
    private final long address;
    private final BufferAllocator owner;

    /** The smallest buffer there is: it shows as a leak where the region does not come back. */
    private final ArrowBuf anchor;

    private final AtomicInteger references = new AtomicInteger(1);

    private MappedRegion(MappedByteBuffer bytes, BufferAllocator owner, ArrowBuf anchor) {
        this.bytes = bytes;
        this.address = RawMemory.addressOf(bytes);
        this.owner = owner;
        this.anchor = anchor;
    }

    /** Maps {@code length} bytes from {@code offset} on. The caller closes the buffer. */
    public static ArrowBuf map(FileChannel channel, long offset, int length, BufferAllocator owner) throws IOException {
        ArrowBuf anchor = owner.buffer(1);
        try {
            MappedByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
            MappedRegion region = new MappedRegion(bytes, owner, anchor);
            return new ArrowBuf(region, null, length, region.address);
        } catch (IOException | RuntimeException | Error e) {
            anchor.close();
            throw e;
        }
    }

    /** A direct view of {@code length} bytes from {@code from}, in native order. */
    ByteBuffer view(long from, int length) {
        return bytes.slice((int) (from - address), length).order(ByteOrder.nativeOrder());
    }

    @Override
    public int getRefCount() {
        return references.get();
    }

    @Override
    public boolean release() {
        return release(1);
    }

    @Override
    public boolean release(int decrement) {
        int left = references.addAndGet(-decrement);
        if (left < 0) {
            throw new IllegalStateException("a mapped region is released once for each reference: references=" + left);
        }
        if (left == 0) {
            RawMemory.free(bytes);
            anchor.close();
        }
        return left == 0;
    }

    @Override
    public void retain() {
        retain(1);
    }

    @Override
    public void retain(int increment) {
        if (references.getAndAdd(increment) <= 0) {
            throw new IllegalStateException("a mapped region that was released cannot be used again");
        }
    }

    @Override
    public ArrowBuf retain(ArrowBuf source, BufferAllocator target) {
        retain();
        return deriveBuffer(source, 0, source.capacity());
    }

    @Override
    public ArrowBuf deriveBuffer(ArrowBuf source, long index, long length) {
        return new ArrowBuf(this, null, length, source.memoryAddress() + index);
    }

    @Override
    public OwnershipTransferResult transferOwnership(ArrowBuf source, BufferAllocator target) {
        ArrowBuf transferred = retain(source, target);
        return new OwnershipTransferResult() {
            @Override
            public boolean getAllocationFit() {
                return true;
            }

            @Override
            public ArrowBuf getTransferredBuffer() {
                return transferred;
            }
        };
    }

    @Override
    public BufferAllocator getAllocator() {
        return owner;
    }

    @Override
    public long getSize() {
        return bytes.capacity();
    }

    @Override
    public long getAccountedSize() {
        return 0;
    }
}
