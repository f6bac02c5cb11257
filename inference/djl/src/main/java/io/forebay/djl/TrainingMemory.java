// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import io.forebay.Batch;
import io.forebay.inference.Tensor;
import io.forebay.inference.internal.TensorBinder;
import io.forebay.inference.internal.TensorPlan;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/**
 * The memory of arrays: every batch that is open has a binder of its own, which goes to another batch afterwards. There are as many as
 * batches were open at one time. Thread-safe. Closed before or after its batches; the last one closes the allocator.
 */
final class TrainingMemory implements AutoCloseable {
    private final TensorPlan plan;
    private final BufferAllocator allocator;
    private final Deque<TensorBinder> free = new ArrayDeque<>();
    private int lentCount;
    private boolean closed;

    TrainingMemory(TensorPlan plan, BufferAllocator allocator) {
        this.plan = plan;
        this.allocator = allocator;
    }

    /** A batch and what makes its tensors, until it is closed; takes over the batch. */
    synchronized Lent lend(Batch batch) {
        TensorBinder binder = free.isEmpty() ? plan.newBinder(allocator) : free.pop();
        lentCount++;
        return new Lent(batch, binder);
    }

    private synchronized void takeBack(TensorBinder binder) {
        free.push(binder);
        lentCount--;
        if (closed) {
            closeFree();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            closeFree();
        }
    }

    private void closeFree() {
        free.forEach(TensorBinder::close);
        free.clear();
        if (lentCount == 0) {
            allocator.close();
        }
    }

    /** What an open batch of training holds. */
    final class Lent implements AutoCloseable {
        private final Batch batch;
        private final TensorBinder binder;
        private boolean returned;

        private Lent(Batch batch, TensorBinder binder) {
            this.batch = batch;
            this.binder = binder;
        }

        /** Valid until this is closed. */
        List<Tensor> tensors() {
            return binder.bind(batch);
        }

        @Override
        public void close() {
            synchronized (TrainingMemory.this) {
                if (!returned) {
                    returned = true;
                    batch.close();
                    takeBack(binder);
                }
            }
        }
    }
}
