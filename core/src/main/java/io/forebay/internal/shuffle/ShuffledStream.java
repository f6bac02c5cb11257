// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.internal.mask.BadRow;
import io.forebay.internal.mask.Masking;
import io.forebay.internal.memory.Memory;
import io.forebay.internal.plan.ShufflePlan;
import io.forebay.internal.plan.StepPlan;
import io.forebay.internal.stream.OwnedStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** One epoch of a shuffled order, or what is left of it. */
public final class ShuffledStream extends OwnedStream {
    private static final int[] NO_ROWS = new int[0];
    private static final long[] NO_NUMBERS = new long[0];

    private final ShufflePlan plan;
    private final Memory memory;
    private final Executor workers;

    /** Guards which scheduler reads, and whether none will any more. */
    private final Object reading = new Object();

    private ShuffleScheduler scheduler;
    private ShuffleMemory use;
    private boolean ended;

    /** What schedulers before this one have done: steps taken, and bytes read. */
    private long stepsBefore;

    private long bytesReadBefore;

    /** What goes on behind bad rows, if the stream does, and what finds the rows of batches then. */
    private final @Nullable Masking masking;

    private StepPlan.@Nullable RowNumbers rows;

    private ShuffledStream(
            ShufflePlan plan,
            ShuffleMemory use,
            @Nullable Masking masking,
            Executor workers,
            Memory memory,
            BufferAllocator allocator,
            Consumer<OwnedStream> onClose) {
        super(allocator, plan.columns().manifest().name(), plan.start(), onClose);
        this.plan = plan;
        this.memory = memory;
        this.workers = workers;
        this.use = use;
        this.masking = masking;
        this.scheduler = newScheduler(plan);
    }

    private ShuffleScheduler newScheduler(ShufflePlan left) {
        return new ShuffleScheduler(left, use, masking == null ? null : masking.log(), workers, allocator, memory);
    }

    /**
     * Starts to read.
     *
     * @param masking what goes on behind bad rows, closed with the stream; null where they are failures
     * @param onClose told once, when the stream has been closed
     * @throws ForebayException of kind {@code limit} when the memory budget is too small for the order
     */
    public static ShuffledStream start(
            ShufflePlan plan,
            @Nullable Masking masking,
            Executor workers,
            Memory memory,
            String name,
            Consumer<OwnedStream> onClose) {
        ShuffleMemory use = ShuffleMemory.of(plan, memory.limitBytes());
        use.requireFits();
        return new ShuffledStream(plan, use, masking, workers, memory, memory.newAllocator(name), onClose);
    }

    /**
     * Starts to read for another stream, which closes this one, and the allocator that both use.
     *
     * @param limitBytes what it may use of the memory budget
     * @throws ForebayException of kind {@code limit} when that is too little for the order
     */
    static ShuffledStream within(
            BufferAllocator allocator, ShufflePlan plan, Executor workers, Memory memory, long limitBytes) {
        ShuffleMemory use = ShuffleMemory.of(plan, limitBytes);
        use.requireFits();
        return new ShuffledStream(plan, use, null, workers, memory, allocator, closed -> {});
    }

    @Override
    public Schema schema() {
        return plan.columns().outputSchema();
    }

    @Override
    protected @Nullable Batch read() {
        while (true) {
            ShuffleMemory other;
            try {
                return batch(current().next());
            } catch (RuntimeException | OutOfMemoryError e) {
                ForebayException failed = located(e);
                other = failed.kind() == Kind.LIMIT ? use.frugal(plan) : null;
                if (other == null) {
                    throw failed;
                }
            }
            startAgain(other);
        }
    }

    /**
     * Goes on from the next batch in another way: where rows take more memory than their files let expect, one that takes less.
     */
    private void startAgain(ShuffleMemory other) {
        ShuffleScheduler before = current();
        before.close();
        synchronized (reading) {
            if (ended) {
                throw ForebayException.cancelled("a closed stream has no more batches");
            }
            use = other;
            bytesReadBefore += before.bytesRead();
            stepsBefore = batchesDelivered();
            scheduler = newScheduler(plan.after(stepsBefore));
        }
    }

    private ShuffleScheduler current() {
        synchronized (reading) {
            return scheduler;
        }
    }

    private @Nullable Batch batch(@Nullable PendingBatch complete) {
        if (complete == null) {
            return null;
        }
        long step = stepsBefore + complete.step;
        long[] noted = complete.rows == 0 ? NO_NUMBERS : complete.rowNumbers();
        List<FieldVector> columns;
        int rowCount = complete.rows;
        try (complete) {
            columns = complete.finish();
        }
        try {
            int[] bad = deliverBadRows(step, noted); // only now: a batch that does not fit comes once more
            return new Batch(
                    schema(),
                    columns,
                    rowCount,
                    plan.stepStart(step),
                    plan.stateAfter(step),
                    plan.validRowsOf(step),
                    rowNumbers(plan, step, noted),
                    bad);
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    /** Counts and writes down the bad rows of a batch, but not those that only fill it up; returns their ordinals. */
    private int[] deliverBadRows(long step, long @Nullable [] noted) {
        if (masking == null || masking.log().isEmpty()) {
            return NO_ROWS;
        }
        List<BadRow> found = new ArrayList<>();
        long[] numbers = noted != null ? noted : rows().of(step);
        int[] bad = IntStream.range(0, plan.validRowsOf(step))
                .filter(i -> {
                    BadRow row = masking.log()
                            .find(
                                    plan.rowOfDataset(numbers[i]),
                                    schema().getFields().size());
                    return row != null && found.add(row);
                })
                .toArray();
        masking.deliver(found);
        return bad;
    }

    @Override
    protected long badRows() {
        return masking == null ? 0 : masking.count();
    }

    @Override
    protected void release() {
        if (masking != null) {
            masking.close();
        }
    }

    private StepPlan.RowNumbers rows() {
        if (rows == null) {
            rows = plan.rowNumbers();
        }
        return rows;
    }

    /** Of the plan alone: a batch may outlive its stream. */
    private static Supplier<long[]> rowNumbers(ShufflePlan plan, long step, long @Nullable [] noted) {
        return noted != null ? noted::clone : () -> plan.rowNumbers().of(step);
    }

    @Override
    protected long bytesRead() {
        synchronized (reading) {
            return bytesReadBefore + scheduler.bytesRead();
        }
    }

    @Override
    protected void stop() {
        synchronized (reading) {
            ended = true;
        }
        current().close();
    }
}
