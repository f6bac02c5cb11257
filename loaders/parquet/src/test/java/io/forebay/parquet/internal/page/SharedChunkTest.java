// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.internal.memory.Memory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.junit.jupiter.api.Test;

/** A page is in memory as long as a reader stands in it, and no longer. */
class SharedChunkTest {
    @Test
    void aPageStaysUntilTheLastReaderLeaves() {
        try (Memory memory = new Memory(1 << 20, true);
                BufferAllocator allocator = memory.newAllocator("test");
                SharedChunk chunk = new SharedChunk()) {
            assertThat(chunk.enter(40)).isNull();
            ArrowBuf page = allocator.buffer(1000);
            chunk.add(40, page);
            assertThat(chunk.enter(40)).isSameAs(page);
            assertThat(chunk.enter(41)).isNull();
            chunk.leave(40);
            assertThat(allocator.getAllocatedMemory()).isPositive();
            chunk.leave(40);
            assertThat(allocator.getAllocatedMemory()).isZero();
            assertThat(chunk.enter(40)).isNull();
        }
    }

    /** One thread reads, others close readers that are through: none of them takes a page from under the reader. */
    @Test
    void readersAreClosedWhileOthersRead() throws Exception {
        int readers = 20_000;
        ExecutorService threads = Executors.newFixedThreadPool(2);
        try (Memory memory = new Memory(1 << 20, true);
                BufferAllocator allocator = memory.newAllocator("test");
                SharedChunk chunk = new SharedChunk()) {
            List<Future<?>> closed = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                long position = i % 3;
                ArrowBuf page = chunk.enter(position);
                if (page == null) {
                    page = allocator.buffer(Long.BYTES);
                    page.setLong(0, i);
                    chunk.add(position, page);
                }
                assertThat(page.getLong(0) % 3).isEqualTo(position);
                closed.add(threads.submit((Callable<Void>) () -> {
                    chunk.leave(position);
                    return null;
                }));
            }
            for (Future<?> one : closed) {
                one.get();
            }
            assertThat(allocator.getAllocatedMemory()).isZero();
        } finally {
            threads.shutdownNow();
        }
    }
}
