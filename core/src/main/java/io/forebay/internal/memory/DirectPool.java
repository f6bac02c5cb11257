// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.arrow.memory.AllocationManager;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.BufferLedger;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.memory.ReferenceManager;
import org.apache.arrow.memory.rounding.RoundingPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The memory behind one context: direct byte buffers that are handed out in size classes and taken back for reuse, since
 * touching memory the first time costs several times as much as touching it again.
 *
 * <p>Live and idle bytes together stay within the limit: before a fresh buffer would exceed it, idle ones are freed.
 * Each block carries {@link #SLACK_BYTES} readable and writable bytes behind its capacity, so that kernels may load and
 * store whole words past the last value. Blocks start at 64-byte boundaries. Thread-safe.
 */
final class DirectPool implements AllocationManager.Factory {
    /** Bytes behind the capacity of every block that a kernel may read or overwrite. */
    static final int SLACK_BYTES = 64;

    private static final int ALIGNMENT = 64;
    private static final long BLOCK_BYTES_MAX = Integer.MAX_VALUE - SLACK_BYTES - ALIGNMENT;
    static final long CLASS_BYTES_MIN = 256;

    private static final ArrowBuf EMPTY = new ArrowBuf(ReferenceManager.NO_OP, null, 0, 0);

    private final long limitBytes;
    private final boolean trackOrigins;
    private final TreeMap<Long, ArrayDeque<ByteBuffer>> idle = new TreeMap<>();
    /** The live blocks, kept only when origins are tracked. */
    private final Set<Block> live = new HashSet<>();

    private long idleBytes;
    private long liveBytes;
    private boolean closed;

    DirectPool(long limitBytes, boolean trackOrigins) {
        this.limitBytes = limitBytes;
        this.trackOrigins = trackOrigins;
    }

    /** Rounds requests up to four size classes for each doubling: at most a quarter of a block is unused. */
    static RoundingPolicy rounding() {
        return DirectPool::sizeClass;
    }

    static long sizeClass(long bytes) {
        if (bytes <= CLASS_BYTES_MIN) {
            return CLASS_BYTES_MIN;
        }
        if (bytes > BLOCK_BYTES_MAX) {
            return bytes; // refused when it comes to allocating
        }
        long step = Long.highestOneBit(bytes - 1) >>> 2;
        return (bytes + step - 1) / step * step;
    }

    @Override
    public AllocationManager create(BufferAllocator allocator, long bytes) {
        if (bytes > BLOCK_BYTES_MAX) {
            throw new OutOfMemoryException("one buffer holds at most " + BLOCK_BYTES_MAX + " bytes: bytes=" + bytes);
        }
        return new Block(allocator, bytes, take(bytes));
    }

    @Override
    public ArrowBuf empty() {
        return EMPTY;
    }

    /** Where the buffers that are still in use were allocated; empty unless origins are tracked. */
    synchronized String originsOfLive() {
        StringBuilder report = new StringBuilder();
        for (Block block : live) {
            report.append("\n").append(block.bytes).append(" bytes, allocated at");
            if (block.origin != null) {
                for (StackTraceElement frame : block.origin.getStackTrace()) {
                    report.append("\n    ").append(frame);
                }
            }
        }
        return report.toString();
    }

    /** Frees the idle buffers now and every live one as soon as it comes back. */
    synchronized void close() {
        closed = true;
        evictIdle(0);
    }

    synchronized long idleBytes() {
        return idleBytes;
    }

    private ByteBuffer take(long bytes) {
        ByteBuffer recycled = reserve(bytes);
        if (recycled != null) {
            return recycled;
        }
        try {
            return allocate((int) bytes + SLACK_BYTES + ALIGNMENT);
        } catch (RuntimeException | Error e) {
            unreserve(bytes);
            throw e;
        }
    }

    /** Counts the bytes as live; returns an idle buffer, or null where there is room for a fresh one. */
    private synchronized @Nullable ByteBuffer reserve(long bytes) {
        ArrayDeque<ByteBuffer> sameClass = idle.get(bytes);
        ByteBuffer recycled = sameClass == null ? null : sameClass.pollLast();
        if (recycled != null) {
            idleBytes -= bytes;
        } else {
            evictIdle(Math.max(0, limitBytes - liveBytes - bytes));
        }
        liveBytes += bytes;
        return recycled;
    }

    private synchronized void unreserve(long bytes) {
        liveBytes -= bytes;
    }

    /** A fresh buffer. Not under the lock: the JVM zeroes it, which for megabytes takes a while. */
    private ByteBuffer allocate(int capacity) {
        try {
            return ByteBuffer.allocateDirect(capacity);
        } catch (OutOfMemoryError e) {
            freeIdle();
            try {
                return ByteBuffer.allocateDirect(capacity);
            } catch (OutOfMemoryError again) {
                throw new OutOfMemoryException(
                        "the JVM's direct memory is exhausted (raise -XX:MaxDirectMemorySize): bytes=" + capacity,
                        again);
            }
        }
    }

    private synchronized void freeIdle() {
        evictIdle(0);
    }

    private synchronized void give(Block block) {
        liveBytes -= block.bytes;
        if (trackOrigins) { // a set asks for the block's hash, which inflates the lock that Arrow holds on it
            live.remove(block);
        }
        if (closed) {
            RawMemory.free(block.owner);
            return;
        }
        idle.computeIfAbsent(block.bytes, size -> new ArrayDeque<>()).addLast(block.owner);
        idleBytes += block.bytes;
    }

    /** Frees idle buffers, the largest first, until at most {@code keepBytes} are left. */
    private void evictIdle(long keepBytes) {
        Iterator<Map.Entry<Long, ArrayDeque<ByteBuffer>>> largestFirst =
                idle.descendingMap().entrySet().iterator();
        while (idleBytes > keepBytes && largestFirst.hasNext()) {
            Map.Entry<Long, ArrayDeque<ByteBuffer>> sameClass = largestFirst.next();
            while (idleBytes > keepBytes && !sameClass.getValue().isEmpty()) {
                RawMemory.free(sameClass.getValue().pollFirst());
                idleBytes -= sameClass.getKey();
            }
        }
    }

    private static long aligned(long address) {
        return (address + ALIGNMENT - 1) & -ALIGNMENT;
    }

    /** One buffer of the pool while Arrow's reference counting owns it. */
    final class Block extends AllocationManager {
        private final long bytes;
        private final ByteBuffer owner;
        private final long address;
        private final @Nullable Throwable origin;

        private Block(BufferAllocator allocator, long bytes, ByteBuffer owner) {
            super(allocator);
            this.bytes = bytes;
            this.owner = owner;
            this.address = aligned(RawMemory.addressOf(owner));
            this.origin = trackOrigins ? new Throwable() : null;
            if (trackOrigins) {
                synchronized (DirectPool.this) {
                    live.add(this);
                }
            }
        }

        /** A direct view of {@code length} bytes from {@code from}, in native order. */
        ByteBuffer view(long from, int length) {
            int position = (int) (from - RawMemory.addressOf(owner));
            return owner.slice(position, length).order(ByteOrder.nativeOrder());
        }

        @Override
        public long getSize() {
            return bytes;
        }

        @Override
        protected long memoryAddress() {
            return address;
        }

        @Override
        protected void release0() {
            give(this);
        }
    }

    /** The block behind a buffer, or null when the buffer's memory is not this kind of pool's. */
    static @Nullable Block blockOf(ArrowBuf buffer) {
        return buffer.getReferenceManager() instanceof BufferLedger ledger
                        && ledger.getAllocationManager() instanceof Block block
                ? block
                : null;
    }
}
