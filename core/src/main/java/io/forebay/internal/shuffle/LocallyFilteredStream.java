// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.EpochOrder;
import io.forebay.internal.plan.LocalFilterPlan;
import io.forebay.internal.stream.OwnedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * One epoch of a shuffled order of which rows are dropped as they stream, or what is left of it: the rows that pass, in batches of
 * exact size. Each batch is delivered once it is known whether another one follows, which its state tells.
 */
public final class LocallyFilteredStream extends OwnedStream {
    /** Where bad rows are masked, rows are not filtered locally. */
    private static final int[] NO_BAD_ROWS = new int[0];

    private final LocalFilterPlan plan;
    private final ShuffledStream allRows;

    /** The batch of all rows that passing ones are being taken from. */
    private @Nullable Sieved current;

    /** The batch that comes next, once one has been looked for; null at the end. */
    private @Nullable Assembled ahead;

    private boolean begun;

    /** What came instead of the batch behind the last delivered one. */
    private @Nullable ForebayException failure;

    private long nextRow;
    private long assembledBatches;

    private LocallyFilteredStream(
            LocalFilterPlan plan, ShuffledStream allRows, BufferAllocator allocator, Consumer<OwnedStream> onClose) {
        super(allocator, plan.allRows().columns().manifest().name(), plan.start(), onClose);
        this.plan = plan;
        this.allRows = allRows;
        this.nextRow = plan.start().nextRow();
    }

    /**
     * Starts to read.
     *
     * @param onClose told once, when the stream has been closed
     * @throws ForebayException of kind {@code limit} when the memory budget is too small for the order
     */
    public static LocallyFilteredStream start(
            LocalFilterPlan plan, Executor workers, Memory memory, String name, Consumer<OwnedStream> onClose) {
        BufferAllocator allocator = memory.newAllocator(name);
        try {
            ShuffledStream allRows =
                    ShuffledStream.within(allocator, plan.allRows(), workers, memory, memory.limitBytes());
            return new LocallyFilteredStream(plan, allRows, allocator, onClose);
        } catch (RuntimeException | Error e) {
            allocator.close();
            throw e;
        }
    }

    @Override
    public Schema schema() {
        return plan.outputSchema();
    }

    @Override
    protected @Nullable Batch read() {
        if (failure != null) {
            throw failure;
        }
        if (!begun) {
            ahead = assemble();
            begun = true;
        }
        Assembled assembled = ahead;
        if (assembled == null) {
            return null;
        }
        Assembled next = null;
        try {
            next = assemble();
        } catch (RuntimeException | OutOfMemoryError e) {
            failure = located(e); // comes after the batches before it
        }
        ahead = next;
        boolean last = next == null && failure == null;
        return batch(assembled, last ? plan.end() : plan.stateAt(assembled.nextRow));
    }

    /** Rows behind the last batch were dropped, too. */
    @Override
    protected Checkpoint stateAtEnd() {
        return plan.end();
    }

    private @Nullable Assembled assemble() {
        if (current == null && !advance()) {
            return null;
        }
        Sieved source = Objects.requireNonNull(current);
        boolean wholeBatch = source.taken == 0 && source.passing.length == plan.batchRows();
        return wholeBatch ? passOn(source) : gather();
    }

    private Assembled passOn(Sieved source) {
        current = null;
        List<FieldVector> columns = source.batch.columns();
        int wanted = schema().getFields().size();
        columns.subList(wanted, columns.size()).forEach(FieldVector::close);
        List<Run> runs = List.of(source.take(plan.batchRows()));
        return assembled(columns.subList(0, wanted), plan.batchRows(), runs);
    }

    private @Nullable Assembled gather() {
        int wanted = plan.batchRows();
        int gathered = 0;
        List<Run> runs = new ArrayList<>();
        try (PendingBatch pending = new PendingBatch(assembledBatches, wanted, schema().getFields(), allocator)) {
            while (gathered < wanted && (current != null || advance())) {
                Run run = append(pending, wanted - gathered);
                runs.add(run);
                gathered += run.count;
            }
            return plan.delivers(gathered) ? assembled(pending.finish(), gathered, runs) : null;
        }
    }

    private Run append(PendingBatch pending, int wanted) {
        Sieved source = Objects.requireNonNull(current);
        Run run = source.take(Math.min(wanted, source.left()));
        List<FieldVector> columns = source.batch.columns();
        for (int i = 0; i < schema().getFields().size(); i++) {
            pending.append(i, columns.get(i), false, run.rows, run.from, run.count);
        }
        if (source.left() == 0) {
            dropCurrent();
        }
        return run;
    }

    /** Takes the next batch of all rows that has one that passes; false at the end. */
    private boolean advance() {
        for (Batch batch = allRows.next(); batch != null; batch = allRows.next()) {
            current = sieved(batch);
            if (current.left() > 0) {
                return true;
            }
            dropCurrent();
        }
        return false;
    }

    private Sieved sieved(Batch batch) {
        try {
            int[] passing = plan.filter().select(batch.columns()::get, batch.rows());
            return new Sieved(batch, plan.placeFrom(batch.firstRow()), passing);
        } catch (RuntimeException | Error e) {
            batch.close();
            throw e;
        }
    }

    private void dropCurrent() {
        Sieved source = Objects.requireNonNull(current);
        current = null;
        source.batch.close();
    }

    private Assembled assembled(List<FieldVector> columns, int rows, List<Run> runs) {
        long firstRow = nextRow;
        Run last = runs.get(runs.size() - 1);
        nextRow = plan.placeAfter(last.place(last.count - 1, plan.world()));
        assembledBatches++;
        return new Assembled(columns, rows, List.copyOf(runs), firstRow, nextRow);
    }

    private Batch batch(Assembled assembled, Checkpoint state) {
        return new Batch(
                schema(),
                assembled.columns,
                assembled.rows,
                assembled.firstRow,
                state,
                assembled.rows,
                rowNumbers(plan, assembled),
                NO_BAD_ROWS);
    }

    /** Of the plan and the places alone: a batch may outlive its stream. */
    private static Supplier<long[]> rowNumbers(LocalFilterPlan plan, Assembled assembled) {
        List<Run> runs = assembled.runs;
        int rows = assembled.rows;
        return () -> {
            EpochOrder.RowFinder finder = plan.allRows().order().finder();
            long[] numbers = new long[rows];
            int found = 0;
            for (Run run : runs) {
                for (int i = 0; i < run.count; i++) {
                    numbers[found++] = finder.row(run.place(i, plan.world()));
                }
            }
            return numbers;
        };
    }

    @Override
    protected long bytesRead() {
        return allRows.bytesRead();
    }

    @Override
    protected void stop() {
        allRows.close();
    }

    @Override
    protected void release() {
        if (current != null) {
            dropCurrent();
        }
        if (ahead != null) {
            ahead.columns.forEach(FieldVector::close);
            ahead = null;
        }
    }

    /** A batch of all rows: the place of its first one, which of them pass, and how many of these have been taken. */
    private static final class Sieved {
        final Batch batch;
        final long firstPlace;
        final int[] passing;
        int taken;

        Sieved(Batch batch, long firstPlace, int[] passing) {
            this.batch = batch;
            this.firstPlace = firstPlace;
            this.passing = passing;
        }

        int left() {
            return passing.length - taken;
        }

        Run take(int count) {
            Run run = new Run(firstPlace, passing, taken, count);
            taken += count;
            return run;
        }
    }

    /** Rows {@code rows[from]} to {@code rows[from + count - 1]} of a batch of all rows that starts at {@code firstPlace}. */
    private static final class Run {
        final long firstPlace;
        final int[] rows;
        final int from;
        final int count;

        Run(long firstPlace, int[] rows, int from, int count) {
            this.firstPlace = firstPlace;
            this.rows = rows;
            this.from = from;
            this.count = count;
        }

        /** The place of the {@code i}-th row in the order. */
        long place(int i, int world) {
            return firstPlace + (long) rows[from + i] * world;
        }
    }

    /** A batch before it is known whether it is the last. */
    private record Assembled(List<FieldVector> columns, int rows, List<Run> runs, long firstRow, long nextRow) {}
}
