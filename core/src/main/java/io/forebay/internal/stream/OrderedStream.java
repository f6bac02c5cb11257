// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * Assembles the slices of a {@link SliceScheduler} into exactly sized batches. A slice that is a whole batch is passed on
 * as it is; otherwise rows are gathered.
 */
public final class OrderedStream extends OwnedStream {
    private final ReadPlan plan;
    private final SliceScheduler scheduler;

    /** The slice that rows are being gathered from, and how many of its selected rows have been. */
    private @Nullable Slice current;

    private int currentTaken;
    private long takenEndRow;
    private long nextRow;
    private long assembledRows;

    /** @param onClose told once, when the stream has been closed */
    public OrderedStream(ReadPlan plan, Executor workers, Memory memory, String name, Consumer<OwnedStream> onClose) {
        super(memory.newAllocator(name), plan.manifest().name(), plan.checkpoint(plan.firstRow(), 0), onClose);
        this.plan = plan;
        this.nextRow = plan.firstRow();
        this.scheduler = new SliceScheduler(plan, workers, allocator, memory);
    }

    @Override
    public Schema schema() {
        return plan.outputSchema();
    }

    @Override
    protected @Nullable Batch read() {
        return plan.deliverableRows() - assembledRows <= 0 ? null : assemble();
    }

    /** The rows that the filter dropped behind the last batch are done with, too. */
    @Override
    protected Checkpoint stateAtEnd() {
        return plan.checkpoint(nextRow, assembledRows);
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
    protected long bytesRead() {
        return scheduler.bytesRead();
    }

    @Override
    protected void stop() {
        scheduler.close();
    }

    @Override
    protected void release() {
        if (current != null) {
            dropCurrent();
        }
    }
}
