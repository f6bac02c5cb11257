// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the slices of a {@link SliceScheduler} into exactly sized batches. A slice that is a whole batch is passed on
 * as it is; otherwise rows are gathered.
 */
public final class OrderedStream implements BatchStream {
    private final ReadPlan plan;
    private final BufferAllocator allocator;
    private final SliceScheduler scheduler;
    private final Consumer<OrderedStream> onClose;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicBoolean allocatorClosed = new AtomicBoolean();

    /** The slice that rows are being gathered from, and how many of its selected rows have been. */
    private @Nullable Slice current;

    private int currentTaken;
    private long takenEndRow;
    private long nextRow;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong();

    /** @param onClose told once, when the stream is closed */
    public OrderedStream(ReadPlan plan, Executor workers, Memory memory, String name, Consumer<OrderedStream> onClose) {
        this.plan = plan;
        this.allocator = memory.newAllocator(name);
        this.scheduler = new SliceScheduler(plan, workers, allocator, memory);
        this.onClose = onClose;
        this.nextRow = plan.firstRow();
    }

    @Override
    public Schema schema() {
        return plan.outputSchema();
    }

    @Override
    public synchronized @Nullable Batch next() {
        long started = System.nanoTime();
        try {
            return plan.deliverableRows() - rows.get() <= 0 ? null : assemble();
        } finally {
            waitNanos.addAndGet(System.nanoTime() - started);
        }
    }

    private @Nullable Batch assemble() {
        int wanted = (int) Math.min(plan.batchRows(), plan.deliverableRows() - rows.get());
        if (current == null && !advance()) {
            nextRow = plan.endRow();
            return null;
        }
        Slice slice = Objects.requireNonNull(current);
        boolean wholeBatch = slice.selected == null
                && currentTaken == 0
                && slice.rows <= wanted
                && (slice.rows == wanted || slice.endRow() == plan.endRow());
        return wholeBatch ? passOn(slice) : gather(wanted);
    }

    private Batch passOn(Slice slice) {
        List<FieldVector> columns = new ArrayList<>();
        for (int i = 0; i < schema().getFields().size(); i++) {
            columns.add(Objects.requireNonNull(slice.columns[i]));
            slice.columns[i] = null;
        }
        dropCurrent();
        return deliver(columns, slice.rows, slice.endRow());
    }

    private @Nullable Batch gather(int wanted) {
        List<ColumnBuilder> builders = new ArrayList<>();
        int gathered = 0;
        try {
            while (gathered < wanted && (current != null || advance())) {
                Slice slice = Objects.requireNonNull(current);
                if (builders.isEmpty()) {
                    startBuilders(builders, slice, wanted);
                }
                int count = Math.min(wanted - gathered, slice.selectedCount() - currentTaken);
                for (int i = 0; i < builders.size(); i++) {
                    builders.get(i)
                            .append(Objects.requireNonNull(slice.columns[i]), slice.selected, currentTaken, count);
                }
                gathered += count;
                currentTaken += count;
                if (currentTaken == slice.selectedCount()) {
                    dropCurrent();
                }
            }
            List<FieldVector> columns = new ArrayList<>();
            for (ColumnBuilder builder : builders) {
                columns.add(builder.finish());
            }
            builders.clear();
            return deliver(columns, gathered, rowAfterGathered());
        } finally {
            builders.forEach(ColumnBuilder::close);
        }
    }

    private void startBuilders(List<ColumnBuilder> builders, Slice slice, int capacity) {
        List<Field> fields = schema().getFields();
        for (int i = 0; i < fields.size(); i++) {
            builders.add(
                    ColumnBuilder.like(Objects.requireNonNull(slice.columns[i]), fields.get(i), allocator, capacity));
        }
    }

    /** Takes the next slice that has a row to deliver; false at the end. */
    private boolean advance() {
        for (Slice slice = scheduler.next(); slice != null; slice = scheduler.next()) {
            current = slice;
            currentTaken = 0;
            if (slice.selectedCount() > 0) {
                return true;
            }
            dropCurrent();
        }
        return false;
    }

    private void dropCurrent() {
        Slice slice = Objects.requireNonNull(current);
        current = null;
        takenEndRow = slice.endRow();
        slice.release();
    }

    private long rowAfterGathered() {
        Slice slice = current;
        if (slice == null) {
            return takenEndRow;
        }
        int[] selected = slice.selected;
        return slice.firstRow + (selected == null ? currentTaken : selected[currentTaken]);
    }

    private Batch deliver(List<FieldVector> columns, int count, long rowAfter) {
        long firstRow = nextRow;
        nextRow = rowAfter;
        long delivered = rows.addAndGet(count);
        batches.incrementAndGet();
        return new Batch(schema(), columns, count, firstRow, plan.checkpoint(nextRow, delivered));
    }

    @Override
    public synchronized Checkpoint checkpoint() {
        return plan.checkpoint(nextRow, rows.get());
    }

    @Override
    public Progress progress() {
        return new Progress(
                rows.get(), batches.get(), scheduler.bytesRead(), waitNanos.get(), allocator.getPeakMemoryAllocation());
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            scheduler.close(); // ends a wait in next(), which holds the monitor
            releaseCurrent();
            onClose.accept(this);
        }
    }

    public boolean isClosed() {
        return closed.get();
    }

    private synchronized void releaseCurrent() {
        if (current != null) {
            dropCurrent();
        }
    }

    /** Returns the memory, unless batches still hold some of it; true when it is returned. */
    public boolean returnMemory() {
        if (allocator.getAllocatedMemory() > 0) {
            return false;
        }
        if (allocatorClosed.compareAndSet(false, true)) {
            allocator.close();
        }
        return true;
    }
}
