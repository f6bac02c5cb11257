// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.Model;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.jni.IValue;
import io.forebay.inference.Tensor;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * What runs of a model need of DJL, lent to one run at a time and kept for the next: to make it for each would be most of a
 * run's garbage. Thread-safe; its owner closes it after the last run.
 */
final class Lanes implements AutoCloseable {
    /**
     * How much the runs of a lane may leave behind before it is closed. DJL makes arrays that it does not hand out, such as
     * the copy of a result that is not contiguous: they live as long as their manager.
     */
    private static final long LEFT_BYTES_MAX = 4 << 20;

    /** What a run leaves behind at most, beside copies of its results. */
    private static final long LEFT_BYTES_RUN = 1 << 10;

    private final Model model;
    private final int inputCount;
    private final boolean reused;
    private final ConcurrentLinkedQueue<Lane> idle = new ConcurrentLinkedQueue<>();

    /** @param reused whether arguments still hold after a run, as unchanged views of the caller's memory; if not, a lane serves once */
    Lanes(Model model, int inputCount, boolean reused) {
        this.model = model;
        this.inputCount = inputCount;
        this.reused = reused;
    }

    /** A lane: {@code last}, whose arguments are most likely to fit, unless somebody else has it or it is closed. */
    Lane take(@Nullable Lane last) {
        Lane lane = last != null && idle.remove(last) ? last : idle.poll();
        return lane == null ? new Lane((PtNDManager) model.getNDManager().newSubManager(), inputCount) : lane;
    }

    /** Takes a lane back from a run that has gone well; from one that has not, the caller closes it. */
    void giveBack(Lane lane, long resultBytes) {
        lane.leftBytes += LEFT_BYTES_RUN + resultBytes;
        if (reused && lane.leftBytes < LEFT_BYTES_MAX) {
            idle.add(lane);
        } else {
            lane.close();
        }
    }

    @Override
    public void close() {
        idle.forEach(Lane::close);
        idle.clear();
    }

    /** A manager and the arguments of its last run. One run at a time. */
    static final class Lane implements AutoCloseable {
        private final PtNDManager manager;
        private final @Nullable Argument[] arguments;
        private final IValue[] values;
        private long leftBytes;

        private Lane(PtNDManager manager, int inputCount) {
            this.manager = manager;
            this.arguments = new Argument[inputCount];
            this.values = new IValue[inputCount];
        }

        PtNDManager manager() {
            return manager;
        }

        /** Views of {@code tensors}, of the last run where they are the same; the lane's, and valid until the next call. */
        IValue[] arguments(List<Tensor> tensors) {
            for (int i = 0; i < arguments.length; i++) {
                Tensor tensor = tensors.get(i);
                Argument known = arguments[i];
                if (known == null || !known.isOf(tensor)) {
                    if (known != null) {
                        known.value.close();
                    }
                    known = Argument.of(tensor, manager);
                    arguments[i] = known;
                    values[i] = known.value;
                }
            }
            return values;
        }

        @Override
        public void close() {
            for (Argument argument : arguments) {
                if (argument != null) {
                    argument.value.close();
                }
            }
            manager.close();
        }
    }

    /**
     * A tensor as DJL takes it.
     *
     * @param data the caller's view, which stands for his memory; weakly held, so that the memory is not kept by it
     * @param value closed with its lane, or when another one takes its place
     */
    private record Argument(WeakReference<ByteBuffer> data, Tensor.Shape shape, IValue value) {
        /** DJL disregards a buffer's position, hence the slice. */
        static Argument of(Tensor tensor, PtNDManager manager) {
            ByteBuffer data = Objects.requireNonNull(tensor.data());
            try (PtNDArray array = manager.create(
                    data.slice().order(ByteOrder.nativeOrder()),
                    new Shape(tensor.shape().sizes()),
                    TorchSession.dataType(tensor.spec().element()))) {
                return new Argument(new WeakReference<>(data), tensor.shape(), IValue.from(array));
            }
        }

        boolean isOf(Tensor tensor) {
            return data.refersTo(tensor.data())
                    && Arrays.equals(shape.sizes(), tensor.shape().sizes());
        }
    }
}
