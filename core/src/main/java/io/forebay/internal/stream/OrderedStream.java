// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the slices of a {@link SliceScheduler} into exactly sized batches. A slice that is a whole batch is passed on
 * as it is; otherwise rows are gathered. After a failure every further call fails the same way, so that no row is passed
 * over.
 */
public final class OrderedStream implements OwnedStream {
    private final ReadPlan plan;
    private final BufferAllocator allocator;
    private final SliceScheduler scheduler;
    private final Consumer<OwnedStream> onClose;
    private final Object closing = new Object();
    private boolean closed;
    private volatile boolean memoryReturned;

    /** The slice that rows are being gathered from, and how many of its selected rows have been. */
    private @Nullable Slice current;

    private int currentTaken;
    private long takenEndRow;
    private long nextRow;
    private long assembledRows;
    private @Nullable ForebayException failure;

    /** A batch that an iterator has looked for and nobody has taken. */
    private @Nullable Batch ahead;

    private volatile Checkpoint delivered;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong batches = new AtomicLong();
    private final AtomicLong waitNanos = new AtomicLong();

    /** @param onClose told once, when the stream has been closed */
    public OrderedStream(ReadPlan plan, Executor workers, Memory memory, String name, Consumer<OwnedStream> onClose) {
        this.plan = plan;
        this.onClose = onClose;
        this.nextRow = plan.firstRow();
        this.delivered = plan.checkpoint(nextRow, 0);
        this.allocator = memory.newAllocator(name);
        this.scheduler = new SliceScheduler(plan, workers, allocator, memory);
    }

    @Override
    public Schema schema() {
        return plan.outputSchema();
    }

    @Override
    public synchronized @Nullable Batch next() {
        lookAhead();
        Batch batch = ahead;
        ahead = null;
        if (batch != null) {
            rows.addAndGet(batch.rows());
            batches.incrementAndGet();
            delivered = batch.checkpoint();
        }
        return batch;
    }

    private synchronized boolean hasNext() {
        lookAhead();
        return ahead != null;
    }

    private void lookAhead() {
        if (ahead != null) {
            return;
        }
        if (failure != null) {
            throw failure;
        }
        long started = System.nanoTime();
        try {
            ahead = plan.deliverableRows() - assembledRows <= 0 ? null : assemble();
            if (ahead == null) { // the rows that the filter dropped behind the last batch are done with, too
                delivered = plan.checkpoint(nextRow, assembledRows);
            }
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = Failures.located(e, Place.of(plan.manifest().name()));
            throw failure;
        } finally {
            waitNanos.addAndGet(System.nanoTime() - started);
        }
    }

    private @Nullable Batch assemble() {
        int wanted = (int) Math.min(plan.batchRows(), plan.deliverableRows() - assembledRows);
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
        return assembled(columns, slice.rows, slice.endRow());
    }

    private Batch gather(int wanted) {
        List<ColumnBuilder> builders = new ArrayList<>();
        List<FieldVector> columns = new ArrayList<>();
        int gathered = 0;
        try {
            while (gathered < wanted && (current != null || advance())) {
                Slice slice = Objects.requireNonNull(current);
                if (builders.isEmpty()) {
                    startBuilders(builders, slice, wanted);
                }
                gathered += append(builders, slice, wanted - gathered);
            }
            for (ColumnBuilder builder : builders) {
                columns.add(builder.finish());
            }
            return assembled(columns, gathered, rowAfterGathered());
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        } finally {
            builders.forEach(ColumnBuilder::close);
        }
    }

    private int append(List<ColumnBuilder> builders, Slice slice, int wanted) {
        int count = Math.min(wanted, slice.selectedCount() - currentTaken);
        for (int i = 0; i < builders.size(); i++) {
            builders.get(i).append(Objects.requireNonNull(slice.columns[i]), slice.selectedOf(i), currentTaken, count);
        }
        currentTaken += count;
        if (currentTaken == slice.selectedCount()) {
            dropCurrent();
        }
        return count;
    }

    private void startBuilders(List<ColumnBuilder> builders, Slice slice, int wanted) {
        int capacity = (int) Math.min(wanted, plan.endRow() - slice.firstRow);
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

    private Batch assembled(List<FieldVector> columns, int count, long rowAfter) {
        long firstRow = nextRow;
        nextRow = rowAfter;
        assembledRows += count;
        return new Batch(schema(), columns, count, firstRow, plan.checkpoint(nextRow, assembledRows));
    }

    @Override
    public Iterator<Batch> iterator() {
        return new BatchIterator(this::hasNext, this::next);
    }

    @Override
    public Checkpoint checkpoint() {
        return delivered;
    }

    @Override
    public Progress progress() {
        return new Progress(
                rows.get(), batches.get(), scheduler.bytesRead(), waitNanos.get(), allocator.getPeakMemoryAllocation());
    }

    @Override
    public void close() {
        synchronized (closing) { // a second closer waits for the first
            if (closed) {
                return;
            }
            try {
                scheduler.close(); // ends a wait in next(), which holds the stream's own monitor
            } finally {
                closed = true;
                releaseAssembly();
                onClose.accept(this);
            }
        }
    }

    private synchronized void releaseAssembly() {
        if (current != null) {
            dropCurrent();
        }
        if (ahead != null) {
            ahead.close();
            ahead = null;
        }
        if (failure == null) {
            failure = ForebayException.cancelled("a closed stream has no more batches");
        }
    }

    @Override
    public synchronized boolean returnMemory() {
        if (!memoryReturned && allocator.getAllocatedMemory() == 0) {
            memoryReturned = true;
            allocator.close();
        }
        return memoryReturned;
    }
}
