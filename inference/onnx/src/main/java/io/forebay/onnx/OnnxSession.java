// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.DeviceReport;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** A session of ONNX Runtime. Thread-safe, as the runtime's sessions are. */
final class OnnxSession implements EngineSession {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final DeviceReport device;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;

    OnnxSession(OrtEnvironment environment, OrtSession session, DeviceReport device) throws OrtException {
        this.environment = environment;
        this.session = session;
        this.device = device;
        this.inputs = specs(session.getInputInfo().values());
        this.outputs = specs(session.getOutputInfo().values());
    }

    private static List<TensorSpec> specs(Collection<NodeInfo> nodes) {
        List<TensorSpec> specs = new ArrayList<>();
        for (NodeInfo node : nodes) {
            if (!(node.getInfo() instanceof TensorInfo tensor)) {
                throw ForebayException.unsupported("a model's inputs and outputs must be tensors: name="
                        + node.getName() + ", kind=" + node.getInfo());
            }
            List<Long> shape = Arrays.stream(tensor.getShape()).boxed().toList();
            specs.add(new TensorSpec(node.getName(), element(node.getName(), tensor), shape));
        }
        return List.copyOf(specs);
    }

    private static Element element(String name, TensorInfo tensor) {
        return switch (tensor.type) {
            case FLOAT -> Element.FLOAT32;
            case DOUBLE -> Element.FLOAT64;
            case FLOAT16 -> Element.FLOAT16;
            case INT8 -> Element.INT8;
            case INT16 -> Element.INT16;
            case INT32 -> Element.INT32;
            case INT64 -> Element.INT64;
            case UINT8 -> Element.UINT8;
            case BOOL -> Element.BOOL;
            case STRING -> Element.STRING;
            case BFLOAT16, UNKNOWN ->
                throw ForebayException.unsupported(
                        "a tensor's element type must be one that the Java API carries: name=" + name + ", type="
                                + tensor.onnxType);
        };
    }

    static OnnxJavaType javaType(Element element) {
        return switch (element) {
            case FLOAT32 -> OnnxJavaType.FLOAT;
            case FLOAT64 -> OnnxJavaType.DOUBLE;
            case FLOAT16 -> OnnxJavaType.FLOAT16;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case UINT8 -> OnnxJavaType.UINT8;
            case BOOL -> OnnxJavaType.BOOL;
            case STRING -> OnnxJavaType.STRING;
        };
    }

    /** Runs one row of zeros and empty strings, where all shapes are known: a device that cannot is no device. */
    void probe() throws OrtException {
        boolean known = inputs.stream().allMatch(OnnxSession::isProbeable)
                && outputs.stream().allMatch(spec -> isProbeable(spec) && spec.element() != Element.STRING);
        if (known) {
            new OnnxRunner(environment, session)
                    .runOrThrow(
                            inputs.stream().map(OnnxSession::zeros).toList(),
                            outputs.stream().map(OnnxSession::zeros).toList());
        }
    }

    private static boolean isProbeable(TensorSpec spec) {
        return spec.hasFreeRows() && spec.elementsPerRow() > 0;
    }

    private static Tensor zeros(TensorSpec spec) {
        int elements = Math.toIntExact(spec.elementsPerRow());
        Tensor.Shape shape = Tensor.Shape.of(spec, 1, 0);
        if (spec.element() == Element.STRING) {
            String[] empty = new String[elements];
            Arrays.fill(empty, "");
            return new Tensor(spec, shape, null, new Tensor.Strings(empty));
        }
        ByteBuffer data =
                ByteBuffer.allocateDirect(elements * spec.element().bytes()).order(ByteOrder.nativeOrder());
        return new Tensor(spec, shape, data, null);
    }

    @Override
    public String engine() {
        return "onnx";
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
    public DeviceReport device() {
        return device;
    }

    @Override
    public Runner newRunner() {
        return new OnnxRunner(environment, session);
    }

    @Override
    public void close() {
        try {
            session.close();
        } catch (OrtException e) {
            throw new ForebayException(Kind.IO, "a session must close: " + OnnxErrors.message(e), e);
        }
    }
}
