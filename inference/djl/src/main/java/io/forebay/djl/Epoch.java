// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.dataset.Batch;
import ai.djl.translate.Batchifier;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.ForebayException;
import io.forebay.inference.Tensor;
import io.forebay.internal.mask.ValidRows;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What is left of one pass over the data, as batches of arrays. One thread at a time. Closed at its end, by its data set, or with the
 * manager that its arrays are of.
 */
final class Epoch implements Iterator<Batch>, AutoCloseable {
    private final BatchStream stream;
    private final TrainingMemory memory;
    private final int inputCount;
    private final boolean mayHavePlaceholders;
    private final NDManager manager;
    private final String name = UUID.randomUUID().toString();
    private final long stepCount;
    private long step;
    private Checkpoint position;
    private boolean exhausted;
    private boolean closed;
    private io.forebay.@Nullable Batch ahead;

    Epoch(TrainingRows rows, BatchStream stream, TrainingMemory memory, int inputCount, NDManager manager) {
        this.stream = stream;
        this.memory = memory;
        this.inputCount = inputCount;
        this.mayHavePlaceholders = rows.mayHavePlaceholders();
        this.manager = manager;
        this.position = stream.checkpoint();
        this.stepCount = rows.steps().applyAsLong(position);
        manager.attachInternal(name, this);
    }

    /** The state after the last batch that was taken. */
    Checkpoint position() {
        return position;
    }

    /** Whether all batches have been taken. */
    boolean isExhausted() {
        return exhausted;
    }

    @Override
    public boolean hasNext() {
        while (ahead == null && !exhausted) {
            io.forebay.Batch batch = stream.next();
            if (batch == null) {
                exhausted = true;
                position = stream.checkpoint(); // behind rows that no batch has
                close();
            } else if (batch.invalidRows().length
                    == batch.rows()) { // the end of another reader's epoch, or all damaged
                position = batch.checkpoint();
                batch.close();
            } else {
                ahead = batch;
            }
        }
        return ahead != null;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("an epoch that has ended has no more batches");
        }
        io.forebay.Batch batch = Objects.requireNonNull(ahead);
        ahead = null;
        Checkpoint after = batch.checkpoint();
        Batch arrays = arrays(batch);
        position = after;
        step++;
        return arrays;
    }

    /** The arrays of a batch; closing them closes it. */
    private Batch arrays(io.forebay.Batch batch) {
        TrainingMemory.Lent lent;
        NDManager own;
        io.forebay.Batch trained = batch;
        try {
            trained = withoutPlaceholders(batch);
            lent = memory.lend(trained);
        } catch (RuntimeException | Error e) {
            trained.close();
            close();
            throw e;
        }
        try {
            own = manager.newSubManager();
        } catch (RuntimeException | Error e) {
            lent.close();
            close();
            throw e;
        }
        try {
            own.attachInternal(name, lent);
            List<Tensor> tensors = lent.tensors();
            NDList inputs = new NDList();
            NDList labels = new NDList();
            for (int i = 0; i < tensors.size(); i++) {
                NDArray all = wrap(tensors.get(i), own);
                NDArray valid = trained.validRows() == trained.rows() ? all : all.get("0:" + trained.validRows());
                (i < inputCount ? inputs : labels).add(valid);
            }
            return new Batch(
                    own, inputs, labels, trained.validRows(), Batchifier.STACK, Batchifier.STACK, step, stepCount);
        } catch (ForebayException e) {
            abandon(lent, own);
            throw located(e, batch);
        } catch (RuntimeException | Error e) {
            abandon(lent, own);
            throw e;
        }
    }

    /** A batch as it is, or the valid rows alone where others may have placeholders: these must not be learned from. */
    private io.forebay.Batch withoutPlaceholders(io.forebay.Batch batch) {
        return mayHavePlaceholders && batch.invalidRows().length > 0 ? ValidRows.gather(batch) : batch;
    }

    /** An epoch that failed does not go on behind the batch that it failed at. */
    private void abandon(TrainingMemory.Lent lent, NDManager own) {
        lent.close();
        own.close();
        close();
    }

    /** A view of the tensor's memory, or a copy on another device. DJL disregards a buffer's position, hence the slice. */
    private static NDArray wrap(Tensor tensor, NDManager manager) {
        ByteBuffer data = Objects.requireNonNull(tensor.data()).slice().order(ByteOrder.nativeOrder());
        return manager.create(
                data,
                new Shape(tensor.shape().sizes()),
                TorchSession.dataType(tensor.spec().element()));
    }

    /**
     * In a shuffled order, a row of a batch is a place of that order, which tells nobody where the row lies; and bad rows before it are
     * not counted.
     */
    private ForebayException located(ForebayException failure, io.forebay.Batch batch) {
        if (failure.place().row() < 0) {
            return failure;
        }
        int[] valid = ValidRows.of(batch);
        int trained = (int) (failure.place().row() - batch.firstRow());
        int ordinal = trained < valid.length ? valid[trained] : trained;
        long row = position instanceof Checkpoint.Sequential ? batch.firstRow() + ordinal : batch.rowNumbers()[ordinal];
        return failure.movedTo(failure.place().withRow(row));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            if (ahead != null) {
                ahead.close();
                ahead = null;
            }
            stream.close();
            manager.detachInternal(name);
        }
    }
}
