// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValue;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Runs a module over tensors that are views of the caller's memory. Its results lie where PyTorch put them, are looked at
 * there, and copied once, to where they belong. One thread at a time.
 */
final class TorchRunner implements EngineSession.Runner {
    private final PtSymbolBlock module;
    private final Lanes lanes;
    private Lanes.@Nullable Lane last;

    TorchRunner(PtSymbolBlock module, Lanes lanes) {
        this.module = module;
        this.lanes = lanes;
    }

    @Override
    public void run(List<Tensor> in, List<Tensor> out) {
        Lanes.Lane lane = lanes.take(last);
        last = lane;
        try {
            lanes.giveBack(lane, run(lane, in, out));
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            lane.close();
            throw new ForebayException(Kind.IO, "the model failed to run: " + TorchErrors.message(e), e);
        } catch (RuntimeException | Error e) {
            lane.close();
            throw e;
        }
    }

    /** Returns how many bytes the results have. */
    private long run(Lanes.Lane lane, List<Tensor> in, List<Tensor> out) {
        try (IValue yielded = module.forward(lane.arguments(in));
                NDList results = yielded.toNDList(lane.manager())) {
            if (results.size() != out.size()) {
                throw ForebayException.unsupported("a model must yield as many tensors as its signature says: yields="
                        + results.size() + ", signature=" + out.size());
            }
            long bytes = 0;
            for (int i = 0; i < out.size(); i++) {
                bytes += copy(results.get(i), out.get(i));
            }
            return bytes;
        }
    }

    /** Returns how many bytes it has copied. */
    private static int copy(NDArray result, Tensor target) {
        long[] expected = target.shape().sizes();
        boolean asExpected = Arrays.equals(result.getShape().getShape(), expected)
                && result.getDataType() == TorchSession.dataType(target.spec().element());
        if (!asExpected) {
            throw ForebayException.unsupported("a model's output must be what its signature says: output="
                    + target.spec() + ", expected=" + new Shape(expected) + ", yields="
                    + result.getDataType().name().toLowerCase(Locale.ROOT)
                    + result.getShape());
        }
        ByteBuffer values = result.toByteBuffer(!result.getDevice().isGpu());
        int bytes = values.remaining();
        Objects.requireNonNull(target.data()).put(0, values, 0, bytes);
        return bytes;
    }
}
