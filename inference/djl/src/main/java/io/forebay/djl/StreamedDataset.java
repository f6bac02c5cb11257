// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.ndarray.NDManager;
import ai.djl.training.dataset.Batch;
import ai.djl.training.dataset.Dataset;
import ai.djl.util.Progress;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.ColumnPath;
import io.forebay.Forebay;
import io.forebay.ForebayException;
import io.forebay.Mixture;
import io.forebay.inference.internal.TensorPlan;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A data set of Forebay that DJL trains on, for {@code EasyTrain.fit} or a loop of one's own: its rows are decoded ahead while
 * training runs, and never all in memory.
 *
 * <p>A batch has the inputs and labels of {@link TrainingColumns}, of shape {@code [rows, n]}. They lie in memory of Forebay's, or in
 * that of the columns themselves: they must not be changed in place, and are gone when DJL's batch, or the manager that it was asked
 * for with, is closed. The rows that only fill up a padded last batch are left out, and bad rows that the data set masks; a batch without
 * others, or without rows at a ragged end, is left out. So readers that wait for each other in each step need {@code Tail.DROP},
 * without masks and without a local filter.
 *
 * <p>One thread at a time takes batches; they may be closed from any. Its owner closes it before the data set's context, and may do so
 * before the batches are closed.
 *
 * <pre>{@code
 * try (StreamedDataset flights = StreamedDataset.of(
 *         forebay.dataset("flights/").shuffle(42).globalBatch(4096),
 *         TrainingColumns.none().input("distance", "hour").label("late"))) {
 *     EasyTrain.fit(trainer, 10, flights, null);
 * }
 * }</pre>
 */
public final class StreamedDataset implements Dataset, AutoCloseable {
    private final TrainingRows rows;
    private final TrainingMemory memory;
    private final int inputCount;
    private @Nullable Epoch epoch;
    private @Nullable Checkpoint start;
    private boolean closed;

    private StreamedDataset(TrainingRows rows, TrainingMemory memory, int inputCount) {
        this.rows = rows;
        this.memory = memory;
        this.inputCount = inputCount;
    }

    /**
     * The rows of {@code dataset}, of a shuffled order or in their own, in batches of its size, from the start of its first epoch on.
     *
     * @throws ForebayException of kind {@code usage} without an input, {@code unsupported} for a column that is no number, nor a list
     *     of a fixed size of them, or does not fit what it is to become
     * @throws io.forebay.MissingColumnException for a column that is not there
     */
    public static StreamedDataset of(io.forebay.Dataset dataset, TrainingColumns columns) {
        TensorPlan plan = plan(dataset.schema(), columns);
        TrainingRows rows = TrainingRows.of(dataset.select(selected(plan)));
        return new StreamedDataset(rows, memory(plan, dataset.context()), columns.inputCount());
    }

    /** As {@link #of(io.forebay.Dataset, TrainingColumns)}, of a mixture. */
    public static StreamedDataset of(Mixture mixture, TrainingColumns columns) {
        TensorPlan plan = plan(mixture.schema(), columns);
        TrainingRows rows = TrainingRows.of(mixture.select(selected(plan)));
        return new StreamedDataset(rows, memory(plan, mixture.context()), columns.inputCount());
    }

    private static TensorPlan plan(Schema schema, TrainingColumns columns) {
        if (columns.inputCount() == 0) {
            throw ForebayException.usage("training must have an input: inputs=0");
        }
        return TensorPlan.of(schema, columns.preparation(), columns.sources(), columns.nans());
    }

    private static List<ColumnPath> selected(TensorPlan plan) {
        return plan.columns().stream().map(ColumnPath::ofName).toList();
    }

    private static TrainingMemory memory(TensorPlan plan, Forebay context) {
        return new TrainingMemory(plan, context.newAllocator("training"));
    }

    /**
     * The batches from {@link #checkpoint} to the end of that epoch: each call gets the next epoch, or the rest of one that was not
     * taken to its end. The batches that were not taken of an earlier call are none of it any more.
     *
     * @param manager that the arrays belong to
     * @throws ForebayException of kind {@code usage} for a state of another data set or order. Taking a batch fails with one of kind
     *     {@code unsupported} for a null that nothing stands in for, and as {@link BatchStream#next}
     */
    @Override
    public Iterable<Batch> getData(NDManager manager) {
        if (closed) {
            throw ForebayException.cancelled("a closed data set has no more epochs");
        }
        endEpoch();
        Epoch next = beginNotAtTheEnd(manager);
        epoch = next;
        return () -> next; // iterators share its one position
    }

    /** A state that was taken behind the last batch of a sequential read has nothing left. */
    private Epoch beginNotAtTheEnd(NDManager manager) {
        Epoch next = begin(manager);
        if (start instanceof Checkpoint.Sequential && !next.hasNext()) {
            start = null;
            next = begin(manager);
        }
        return next;
    }

    private Epoch begin(NDManager manager) {
        BatchStream stream = rows.stream(start);
        try {
            return new Epoch(rows, stream, memory, inputCount, manager);
        } catch (RuntimeException | Error e) {
            stream.close();
            throw e;
        }
    }

    private void endEpoch() {
        Epoch last = epoch;
        if (last != null) {
            last.close();
            start = stateOf(last);
            epoch = null;
        }
    }

    /** A sequential read starts again where it started; the state at the end of a shuffled epoch is that of the next. */
    private static @Nullable Checkpoint stateOf(Epoch last) {
        boolean again = last.isExhausted() && last.position() instanceof Checkpoint.Sequential;
        return again ? null : last.position();
    }

    /** Does nothing: there is nothing to prepare. */
    @Override
    public void prepare(@Nullable Progress progress) {}

    /**
     * The state after the last batch that training took; batches decoded ahead do not count. After the last one of a shuffled epoch it
     * is the start of the next.
     */
    public Checkpoint checkpoint() {
        Checkpoint state = epoch == null ? start : stateOf(epoch);
        if (state != null) {
            return state;
        }
        try (BatchStream stream = rows.stream(null)) {
            return stream.checkpoint();
        }
    }

    /** Goes on from {@code state}: the next {@link #getData} gets exactly the batches that followed. */
    public void resumeAt(Checkpoint state) {
        endEpoch();
        start = state;
    }

    /** Ends an epoch that is not at its end. Batches that were taken stay open. Closing twice does nothing. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            endEpoch();
            memory.close();
        }
    }
}
