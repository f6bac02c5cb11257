// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.inference.CopyReason;
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
    private final RunMeter meter;

    Scorer(ScorePlan plan, EngineSession session, ModelOptions options, BufferAllocator allocator, RunMeter meter) {
        this.plan = plan;
        this.allocator = allocator;
        this.meter = meter;
        this.runner = session.newRunner();
        this.features = new Preparer(plan.preparation(), allocator);
        plan.inputs()
                .forEach(input ->
                        binders.add(new InputBinder(input, options.nulls(), options.nans(), allocator, meter)));
    }

    /** The kept columns of {@code batch} and the model's outputs; takes over the batch, the caller owns the result. */
    Batch score(Batch batch) {
        List<OutputColumn.Buffer> buffers = new ArrayList<>();
        BatchTimes times = new BatchTimes();
        times.begin();
        long allocated = RunMeter.allocatedBytes();
        try (batch) {
            run(batch, buffers, times);
            long ran = System.nanoTime();
            Batch scored = assemble(batch, buffers);
            times.outputNanos = System.nanoTime() - ran;
            times.heapBytes = RunMeter.allocatedBytes() - allocated;
            meter.scored(times);
            times.commit();
            return scored;
        } finally {
            buffers.forEach(OutputColumn.Buffer::close);
        }
    }

    /** Runs the model over a batch, which stays the caller's, and drops the outputs; for measuring. */
    void runOnly(Batch batch) {
        List<OutputColumn.Buffer> buffers = new ArrayList<>();
        try {
            run(batch, buffers, new BatchTimes());
        } finally {
            buffers.forEach(OutputColumn.Buffer::close);
        }
    }

    /** Runs the model; its outputs lie in {@code buffers}, which are made here and are the caller's. */
    private void run(Batch batch, List<OutputColumn.Buffer> buffers, BatchTimes times) {
        long started = System.nanoTime();
        for (OutputColumn output : plan.outputs()) {
            buffers.add(output.allocate(batch.rows(), allocator));
        }
        List<Tensor> inputs = new ArrayList<>(binders.size());
        meter.copied(CopyReason.FEATURES, features.prepare(batch));
        for (InputBinder binder : binders) {
            inputs.add(binder.bind(batch, features));
        }
        List<Tensor> outputs = new ArrayList<>(buffers.size());
        for (OutputColumn.Buffer buffer : buffers) {
            outputs.add(buffer.tensor());
        }
        long bound = System.nanoTime();
        meter.clock().runStarted();
        try {
            runner.run(inputs, outputs);
        } finally {
            meter.clock().runEnded();
        }
        times.rows = batch.rows();
        times.firstRow = batch.firstRow();
        times.prepareNanos = bound - started;
        times.runNanos = System.nanoTime() - bound;
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
