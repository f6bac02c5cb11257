// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OwnershipTransferResult;
import org.apache.arrow.memory.ReferenceManager;

/**
 * A buffer's part of a {@link MappedWindow}. It does not count against the budget, since the system takes the memory back as
 * it likes; but its owner cannot be closed before it. Thread-safe.
 */
final class MappedRegion implements ReferenceManager {
    private final MappedWindow window;
    private final int sizeBytes;
    private final BufferAllocator owner;

    /** The smallest buffer there is: it shows as a leak where the region does not come back. */
    private final ArrowBuf anchor;

    private final AtomicInteger references = new AtomicInteger(1);

    /** @param window whose reference, taken by the caller, goes with the last one to this region */
    MappedRegion(MappedWindow window, int sizeBytes, BufferAllocator owner) {
        this.window = window;
        this.sizeBytes = sizeBytes;
        this.owner = owner;
        this.anchor = owner.buffer(1);
    }

    MappedWindow window() {
        return window;
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
            anchor.close();
            window.release();
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
        return sizeBytes;
    }

    @Override
    public long getAccountedSize() {
        return 0;
    }
}
