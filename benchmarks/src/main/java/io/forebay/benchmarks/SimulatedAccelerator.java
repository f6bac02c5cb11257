// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import io.forebay.TensorSpec;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A device with silicon of its own, for machines that have none: it takes a fixed time for each batch and each row, one batch
 * after the other, and no processor. What it yields is whatever lies in the memory of its outputs. Thread-safe.
 */
final class SimulatedAccelerator implements EngineSession {
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final double nanosPerBatch;
    private final double nanosPerRow;

    /** When the device has done all that it was given. */
    private long freeAtNanos = System.nanoTime();

    SimulatedAccelerator(List<TensorSpec> inputs, List<TensorSpec> outputs, double nanosPerBatch, double nanosPerRow) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.nanosPerBatch = nanosPerBatch;
        this.nanosPerRow = nanosPerRow;
    }

    @Override
    public String engine() {
        return "simulated";
    }

    @Override
    public String modelIdentity() {
        return "simulated";
    }

    @Override
    public List<TensorSpec> inputs() {
        return inputs;
    }

    @Override
    public List<TensorSpec> outputs() {
        return outputs;
    }

    @Override
    public Runner newRunner() {
        return this::serve;
    }

    private void serve(List<Tensor> in, List<Tensor> out) {
        long rows = in.get(0).shape().sizes()[0];
        long done = finish(Math.round(nanosPerBatch + nanosPerRow * rows));
        for (long left = done - System.nanoTime(); left > 0; left = done - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Queues a batch; returns when it will be done. */
    private synchronized long finish(long serviceNanos) {
        freeAtNanos = Math.max(freeAtNanos, System.nanoTime()) + serviceNanos;
        return freeAtNanos;
    }

    @Override
    public void close() {} // holds nothing
}
