// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Forebay;
import org.apache.arrow.memory.BufferAllocator;

/** An allocator of a context of its own; closing it fails when a test leaks. */
public final class TestMemory implements AutoCloseable {
    private final Forebay forebay = Forebay.builder().trackAllocations(true).build();
    private final BufferAllocator allocator = forebay.newAllocator("test");

    public BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public void close() {
        allocator.close();
        forebay.close();
    }
}
