// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.memory;

import io.forebay.ForebayException;
import io.forebay.MemoryBudget;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;

/**
 * The memory of one context: an Arrow root allocator with the byte budget, over a {@link DirectPool}. Every stream,
 * model and sink gets a child allocator of its own, which it closes. Thread-safe.
 */
public final class Memory implements AutoCloseable {
    /** What the smallest buffer takes. */
    public static final long BUFFER_BYTES_LEAST = DirectPool.CLASS_BYTES_MIN;

    private static final long DEFAULT_LIMIT_BYTES = 256L << 20;

    private final DirectPool pool;
    private final BufferAllocator root;
    private final long limitBytes;

    public Memory(long limitBytes, boolean trackOrigins) {
        this.limitBytes = limitBytes;
        this.pool = new DirectPool(limitBytes, trackOrigins);
        this.root = new RootAllocator(RootAllocator.configBuilder()
                .maxAllocation(limitBytes)
                .allocationManagerFactory(pool)
                .roundingPolicy(DirectPool.rounding())
                .build());
    }

    /** The default budget: 256 MiB, or three quarters of the JVM's direct memory where that is less. */
    public static long defaultLimitBytes() {
        return Math.min(DEFAULT_LIMIT_BYTES, usableDirectBytes());
    }

    /** Refuses a limit that the JVM could not honour. */
    public static long checkedLimit(long limitBytes) {
        if (limitBytes <= 0) {
            throw ForebayException.usage("memory limit must be positive: limitBytes=" + limitBytes);
        }
        if (limitBytes > usableDirectBytes()) {
            throw ForebayException.usage("memory limit must be at most three quarters of the JVM's direct memory, which"
                    + " -XX:MaxDirectMemorySize sets: limitBytes=" + limitBytes + ", directBytes="
                    + DirectMemoryLimit.bytes());
        }
        return limitBytes;
    }

    private static long usableDirectBytes() {
        return DirectMemoryLimit.bytes() / 4 * 3;
    }

    /** A new allocator within the budget; its owner closes it once all its buffers are released. */
    public BufferAllocator newAllocator(String owner) {
        return root.newChildAllocator(owner, 0, limitBytes);
    }

    public long limitBytes() {
        return limitBytes;
    }

    /** True while, with {@code expectedBytes} more, less than half of the budget is live: the time to work ahead. */
    public boolean hasHeadroom(long expectedBytes) {
        return root.getAllocatedMemory() + expectedBytes < limitBytes / 2;
    }

    public MemoryBudget snapshot() {
        List<MemoryBudget.Owner> owners = root.getChildAllocators().stream()
                .map(child -> new MemoryBudget.Owner(
                        child.getName(), child.getAllocatedMemory(), child.getPeakMemoryAllocation()))
                .toList();
        return new MemoryBudget(
                limitBytes, root.getAllocatedMemory(), root.getPeakMemoryAllocation(), pool.idleBytes(), owners);
    }

    /** Frees the pool. What is still open is a defect of its owner and is reported. */
    @Override
    public void close() {
        long liveBytes = root.getAllocatedMemory();
        List<String> open = root.getChildAllocators().stream()
                .map(BufferAllocator::getName)
                .sorted()
                .toList();
        String origins = liveBytes == 0 ? "" : pool.originsOfLive();
        pool.close();
        if (liveBytes != 0 || !open.isEmpty()) {
            throw new IllegalStateException("everything made from a context must be closed before it: open=" + open
                    + ", liveBytes=" + liveBytes + origins);
        }
        root.close();
    }
}
