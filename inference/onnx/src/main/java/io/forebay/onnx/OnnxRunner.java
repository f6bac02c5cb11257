// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import io.forebay.ForebayException;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Runs a session over tensors that wrap the caller's memory: inputs are read where they lie, and outputs are pinned, so
 * that the runtime writes them where they belong. The maps are kept from run to run. One thread at a time.
 */
final class OnnxRunner implements EngineSession.Runner {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final Map<String, OnnxTensor> inputs = new HashMap<>();
    private final Map<String, OnnxTensor> outputs = new HashMap<>();

    OnnxRunner(OrtEnvironment environment, OrtSession session) {
        this.environment = environment;
        this.session = session;
    }

    @Override
    public void run(List<Tensor> in, List<Tensor> out) {
        try {
            runOrThrow(in, out);
        } catch (OrtException | IllegalStateException | IllegalArgumentException e) { // the Java API throws these, too
            throw OnnxErrors.ofRun(e);
        }
    }

    private void runOrThrow(List<Tensor> in, List<Tensor> out) throws OrtException {
        try {
            for (Tensor tensor : in) {
                inputs.put(tensor.spec().name(), wrap(tensor));
            }
            for (Tensor tensor : out) {
                if (tensor.spec().element() != Element.STRING) {
                    outputs.put(tensor.spec().name(), wrap(tensor));
                }
            }
            if (outputs.size() == out.size()) {
                // the result holds the pinned tensors only; closing it would do nothing that closing those does not
                session.run(inputs, outputs).close();
            } else {
                runWithStrings(out);
            }
        } finally {
            closeAll(inputs);
            closeAll(outputs);
        }
    }

    /** Strings have no memory to be pinned to: they come as objects. */
    private void runWithStrings(List<Tensor> out) throws OrtException {
        Set<String> texts = new HashSet<>();
        for (Tensor tensor : out) {
            if (tensor.spec().element() == Element.STRING) {
                texts.add(tensor.spec().name());
            }
        }
        try (OrtSession.Result result = session.run(inputs, texts, outputs)) {
            for (Tensor tensor : out) {
                if (texts.contains(tensor.spec().name())) {
                    copyStrings((OnnxTensor) result.get(tensor.spec().name()).orElseThrow(), tensor);
                }
            }
        }
    }

    private static void copyStrings(OnnxTensor from, Tensor to) throws OrtException {
        String[] target = Objects.requireNonNull(to.strings()).values();
        if (!Arrays.equals(from.getInfo().getShape(), to.shape().sizes())) {
            throw ForebayException.unsupported("a model's output must have the shape that it declares: output="
                    + to.spec() + ", expected=" + Arrays.toString(to.shape().sizes()) + ", yields="
                    + Arrays.toString(from.getInfo().getShape()));
        }
        String[] values = (String[]) from.getValue();
        System.arraycopy(values, 0, target, 0, target.length);
    }

    /** Runs the model and drops what comes out, of whatever shape. */
    void probe(List<Tensor> in) throws OrtException {
        try {
            for (Tensor tensor : in) {
                inputs.put(tensor.spec().name(), wrap(tensor));
            }
            session.run(inputs).close();
        } finally {
            closeAll(inputs);
        }
    }

    private OnnxTensor wrap(Tensor tensor) throws OrtException {
        long[] shape = tensor.shape().sizes();
        if (tensor.spec().element() == Element.STRING) {
            return OnnxTensor.createTensor(
                    environment, Objects.requireNonNull(tensor.strings()).values(), shape);
        }
        return OnnxTensor.createTensor(
                environment,
                Objects.requireNonNull(tensor.data()),
                shape,
                OnnxSession.javaType(tensor.spec().element()));
    }

    private static void closeAll(Map<String, OnnxTensor> tensors) {
        tensors.values().forEach(OnnxTensor::close);
        tensors.clear();
    }
}
