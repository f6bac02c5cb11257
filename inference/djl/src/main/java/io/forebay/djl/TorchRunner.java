// SPDX-License-Identifier: Apache-2.0
package io.forebay.djl;

import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.training.ParameterStore;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * Runs a module over tensors that are views of the caller's memory. Its results lie where PyTorch put them, are looked at
 * there, and copied once, to where they belong. One thread at a time.
 */
final class TorchRunner implements EngineSession.Runner {
    private final Model model;
    private final ParameterStore parameters;

    TorchRunner(Model model) {
        this.model = model;
        this.parameters = new ParameterStore(model.getNDManager(), false);
    }

    @Override
    public void run(List<Tensor> in, List<Tensor> out) {
        try (NDManager manager = model.getNDManager().newSubManager()) {
            NDList arguments = new NDList(in.size());
            for (Tensor tensor : in) {
                arguments.add(wrap(tensor, manager));
            }
            NDList results = model.getBlock().forward(parameters, arguments, false);
            if (results.size() != out.size()) {
                throw ForebayException.unsupported("a model must yield as many tensors as its signature says: yields="
                        + results.size() + ", signature=" + out.size());
            }
            for (int i = 0; i < out.size(); i++) {
                copy(results.get(i), out.get(i));
            }
        } catch (EngineException | IllegalArgumentException | IllegalStateException e) {
            throw new ForebayException(Kind.IO, "the model failed to run: " + TorchErrors.message(e), e);
        }
    }

    /** DJL disregards a buffer's position, hence the slice. */
    private static NDArray wrap(Tensor tensor, NDManager manager) {
        ByteBuffer data = Objects.requireNonNull(tensor.data()).slice().order(ByteOrder.nativeOrder());
        return manager.create(
                data,
                new Shape(tensor.shape().sizes()),
                TorchSession.dataType(tensor.spec().element()));
    }

    private static void copy(NDArray result, Tensor target) {
        Shape expected = new Shape(target.shape().sizes());
        boolean asExpected = result.getShape().equals(expected)
                && result.getDataType() == TorchSession.dataType(target.spec().element());
        if (!asExpected) {
            throw ForebayException.unsupported("a model's output must be what its signature says: output="
                    + target.spec() + ", expected=" + expected + ", yields="
                    + result.getDataType().name().toLowerCase(Locale.ROOT)
                    + result.getShape());
        }
        ByteBuffer values = result.toByteBuffer(!result.getDevice().isGpu());
        Objects.requireNonNull(target.data()).duplicate().put(values);
    }
}
