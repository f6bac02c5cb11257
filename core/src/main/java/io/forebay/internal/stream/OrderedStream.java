// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.internal.mask.BadRow;
import io.forebay.internal.mask.Masking;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ReadPlan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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
    private static final int[] NO_ROWS = new int[0];

    private final ReadPlan plan;
    private final SliceScheduler scheduler;

    /** The slice that rows are being gathered from, and how many of its selected rows have been. */
    private @Nullable Slice current;

    private int currentTaken;
    private long takenEndRow;
    private long nextRow;
    private long assembledRows;

    /** The last row of the batch that is being gathered. */
    private long lastRow;

    /** What goes on behind bad rows, if the stream does. */
    private final @Nullable Masking masking;

    /** The filter's columns, in which rows may be bad that do not pass. */
    private final boolean[] filterColumns;

    /** Bad rows of the batch that is being gathered, and their ordinals in it. */
    private final List<BadRow> badRows = new ArrayList<>();

    private final List<Integer> badOrdinals = new ArrayList<>();

    /** Rows of the current slice that did not pass since the filter's columns are bad there, as far as they have not been counted. */
    private final ArrayDeque<BadRow> unfiltered = new ArrayDeque<>();

    /**
     * A stream before its first batch.
     *
     * @param masking what goes on behind bad rows, closed with the stream; null where they are failures
     * @param onClose told once, when the stream has been closed
     */
    public OrderedStream(
            ReadPlan plan,
            @Nullable Masking masking,
            Executor workers,
            Memory memory,
            String name,
            Consumer<OwnedStream> onClose) {
        super(memory.newAllocator(name), plan.manifest().name(), plan.checkpoint(plan.firstRow(), 0), onClose);
        this.plan = plan;
        this.nextRow = plan.firstRow();
        this.masking = masking;
        this.filterColumns = new boolean[plan.fields().size()];
        if (plan.filter() != null) {
            Arrays.stream(plan.filter().columns()).forEach(column -> filterColumns[column] = true);
        }
        this.scheduler = new SliceScheduler(plan, masking == null ? null : masking.log(), workers, allocator, memory);
    }

    @Override
    public Schema schema() {
        return plan.outputSchema();
    }

    @Override
    protected @Nullable Batch read() {
        return isLimitReached() ? null : assemble();
    }

    private boolean isLimitReached() {
        return plan.deliverableRows() - assembledRows <= 0;
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
            countBadRows(nextRow);
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
        findBadRows(slice, 0, slice.rows);
        lastRow = slice.endRow() - 1;
        List<FieldVector> columns = new ArrayList<>();
        for (int i = 0; i < schema().getFields().size(); i++) {
            columns.add(Objects.requireNonNull(slice.columns[i]));
            slice.columns[i] = null;
        }
        dropCurrent();
        try {
            return assembled(columns, slice.rows, slice.endRow());
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
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
                findBadRows(slice, gathered, Math.min(wanted - gathered, slice.selectedCount() - currentTaken));
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
        lastRow = rowOf(slice, currentTaken - 1);
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
        for (Slice slice = nextSlice(); slice != null; slice = nextSlice()) {
            current = slice;
            currentTaken = 0;
            noteUnfiltered(slice);
            if (slice.selectedCount() > 0) {
                return true;
            }
            dropCurrent();
        }
        return false;
    }

    /** The rows before the next slice that could not be filtered are certain to be covered, by a batch with rows behind them or by the end. */
    private @Nullable Slice nextSlice() {
        countBadRows(takenEndRow);
        return scheduler.next();
    }

    private static long rowOf(Slice slice, int ordinal) {
        int[] selected = slice.selected;
        return slice.firstRow + (selected == null ? ordinal : selected[ordinal]);
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
        return rowOf(slice, currentTaken);
    }

    private Batch assembled(List<FieldVector> columns, int count, long rowAfter) {
        long firstRow = nextRow;
        nextRow = rowAfter;
        assembledRows += count;
        int[] bad = deliverBadRows(isLimitReached() ? lastRow + 1 : rowAfter);
        return new Batch(schema(), columns, count, firstRow, plan.checkpoint(nextRow, assembledRows), count, null, bad);
    }

    /** Finds the bad ones among {@code count} rows of a slice, the first of which is {@code ordinal} in the batch. */
    private void findBadRows(Slice slice, int ordinal, int count) {
        if (masking == null || masking.log().isEmpty()) {
            return;
        }
        for (int i = 0; i < count; i++) {
            BadRow bad = masking.log()
                    .find(rowOf(slice, currentTaken + i), schema().getFields().size());
            if (bad != null) {
                badRows.add(bad);
                badOrdinals.add(ordinal + i);
            }
        }
    }

    /** Keeps the rows of a slice that could not be filtered until it is certain that a batch or the end covers them. */
    private void noteUnfiltered(Slice slice) {
        if (masking == null) {
            return;
        }
        for (int row : slice.unfiltered) {
            unfiltered.add(Objects.requireNonNull(masking.log().find(slice.firstRow + row, filterColumns)));
        }
    }

    /** Counts and writes down the bad rows up to {@code end}; returns the ordinals of those in the batch. */
    private int[] deliverBadRows(long end) {
        if (masking == null) {
            return NO_ROWS;
        }
        countBadRows(end);
        int[] ordinals = badOrdinals.stream().mapToInt(Integer::intValue).toArray();
        badOrdinals.clear();
        return ordinals;
    }

    private void countBadRows(long end) {
        if (masking == null) {
            return;
        }
        while (!unfiltered.isEmpty() && unfiltered.element().row() < end) {
            badRows.add(unfiltered.remove());
        }
        badRows.sort(Comparator.comparingLong(BadRow::row));
        masking.deliver(badRows);
        badRows.clear();
        if (!masking.log().isEmpty()) {
            masking.log().forgetBefore(end);
        }
    }

    @Override
    protected long badRows() {
        return masking == null ? 0 : masking.count();
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
        if (masking != null) {
            masking.close();
        }
    }
}
