// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.Tensor;
import io.forebay.inference.internal.prepare.Preparer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** Scores one batch at a time: prepares, binds, runs, and builds the output batch. One thread at a time; its owner closes it. */
public final class Scorer implements AutoCloseable {
    private final ScorePlan plan;
    private final BufferAllocator allocator;
    private final EngineSession.Runner runner;
    private final Preparer features;
    private final List<InputBinder> binders = new ArrayList<>();
    private final BusyClock clock;
    private long copiedBytes;

    Scorer(ScorePlan plan, EngineSession session, ModelOptions options, BufferAllocator allocator, BusyClock clock) {
        this.plan = plan;
        this.allocator = allocator;
        this.clock = clock;
        this.runner = session.newRunner();
        this.features = new Preparer(plan.preparation(), allocator);
        plan.inputs().forEach(input -> binders.add(new InputBinder(input, options.nulls(), options.nans(), allocator)));
    }

    /** Bytes copied, or made, on the way into tensors so far. */
    long copiedBytes() {
        return copiedBytes;
    }

    /** The kept columns of {@code batch} and the model's outputs; takes over the batch, the caller owns the result. */
    Batch score(Batch batch) {
        List<OutputColumn.Buffer> buffers = new ArrayList<>();
        try (batch) {
            for (OutputColumn output : plan.outputs()) {
                buffers.add(output.allocate(batch.rows(), allocator));
            }
            run(batch, buffers);
            return assemble(batch, buffers);
        } finally {
            buffers.forEach(OutputColumn.Buffer::close);
        }
    }

    /** Runs the model over a batch, which stays the caller's, and drops the outputs; for measuring. */
    void runOnly(Batch batch) {
        List<OutputColumn.Buffer> buffers = new ArrayList<>();
        try {
            for (OutputColumn output : plan.outputs()) {
                buffers.add(output.allocate(batch.rows(), allocator));
            }
            run(batch, buffers);
        } finally {
            buffers.forEach(OutputColumn.Buffer::close);
        }
    }

    private void run(Batch batch, List<OutputColumn.Buffer> buffers) {
        List<Tensor> inputs = new ArrayList<>(binders.size());
        copiedBytes += features.prepare(batch);
        for (InputBinder binder : binders) {
            inputs.add(binder.bind(batch, features));
            copiedBytes += binder.copiedBytes();
        }
        List<Tensor> outputs = new ArrayList<>(buffers.size());
        for (OutputColumn.Buffer buffer : buffers) {
            outputs.add(buffer.tensor());
        }
        clock.runStarted();
        try {
            runner.run(inputs, outputs);
        } finally {
            clock.runEnded();
        }
    }

    private Batch assemble(Batch batch, List<OutputColumn.Buffer> buffers) {
        List<FieldVector> columns = new ArrayList<>();
        try {
            for (String name : plan.kept()) {
                var transfer = batch.column(name).getTransferPair(allocator);
                transfer.transfer();
                columns.add((FieldVector) transfer.getTo());
            }
            for (OutputColumn.Buffer buffer : buffers) {
                buffer.addColumnsTo(columns);
            }
            Schema schema = plan.outputSchema();
            return new Batch(schema, columns, batch.rows(), batch.firstRow(), batch.checkpoint());
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    @Override
    public void close() {
        binders.forEach(InputBinder::close);
        features.close();
    }
}
