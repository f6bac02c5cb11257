// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtException.OrtErrorCode;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session of ONNX Runtime. Thread-safe, as the runtime's sessions are. */
final class OnnxSession implements EngineSession {
    /** A probe takes no more memory than this many elements for an input. */
    private static final long PROBE_ELEMENTS_MAX = 1 << 22;

    private static final Set<OrtErrorCode> VALUE_FAILURES =
            Set.of(OrtErrorCode.ORT_INVALID_ARGUMENT, OrtErrorCode.ORT_RUNTIME_EXCEPTION, OrtErrorCode.ORT_FAIL);

    private static final Set<TensorInfo.OnnxTensorType> NOT_IN_JAVA = EnumSet.of(
            TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT16,
            TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT32,
            TensorInfo.OnnxTensorType.ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT64);

    private static final Set<Element> INTEGERS =
            EnumSet.of(Element.INT8, Element.INT16, Element.INT32, Element.INT64, Element.UINT8);

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String modelIdentity;
    private final @Nullable String fallback;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Map<String, List<String>> labels;

    OnnxSession(
            OrtEnvironment environment,
            OrtSession session,
            Map<String, List<String>> labels,
            String modelIdentity,
            @Nullable String fallback)
            throws OrtException {
        this.environment = environment;
        this.session = session;
        this.labels = labels;
        this.modelIdentity = modelIdentity;
        this.fallback = fallback;
        this.inputs = specs(session.getInputInfo().values());
        this.outputs = specs(session.getOutputInfo().values());
        for (TensorSpec output : outputs) {
            if (session.getInputNames().contains(output.name())) { // the runtime would leave its memory unwritten
                throw ForebayException.unsupported("a model's output must not be one of its inputs: output=" + output);
            }
        }
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
        if (NOT_IN_JAVA.contains(tensor.onnxType)) { // the Java API calls them signed, and fails when they are run
            throw unsupported(name, tensor);
        }
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
            case BFLOAT16, UNKNOWN -> throw unsupported(name, tensor);
        };
    }

    private static ForebayException unsupported(String name, TensorInfo tensor) {
        return ForebayException.unsupported("a tensor's element type must be one that the Java API carries: name="
                + name + ", type=" + tensor.onnxType);
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

    /**
     * Runs one made-up row: an accelerator that cannot is no device. A free dimension counts as 1. Where sizes or strings had
     * to be guessed, the model may want others, and its failure says nothing.
     */
    void probe() throws OrtException {
        if (inputs.stream().anyMatch(spec -> probeElements(spec) > PROBE_ELEMENTS_MAX)) {
            return;
        }
        try {
            new OnnxRunner(environment, session)
                    .probe(inputs.stream().map(OnnxSession::madeUp).toList());
        } catch (OrtException e) {
            boolean guessed =
                    inputs.stream().anyMatch(spec -> spec.elementsPerRow() < 0 || spec.element() == Element.STRING);
            if (!guessed || !VALUE_FAILURES.contains(e.getCode())) {
                throw e;
            }
        }
    }

    private static long probeElements(TensorSpec spec) {
        long elements = 1;
        for (long size : spec.shape()) {
            elements *= size < 0 ? 1 : Math.min(size, PROBE_ELEMENTS_MAX + 1);
            if (elements > PROBE_ELEMENTS_MAX) {
                return elements;
            }
        }
        return elements;
    }

    /** Zeros, empty strings, and ones for integers: the runtime divides without looking, and the process would die. */
    private static Tensor madeUp(TensorSpec spec) {
        int elements = (int) probeElements(spec);
        Tensor.Shape shape = Tensor.Shape.of(
                spec, Math.max(1, spec.shape().isEmpty() ? 1 : spec.shape().get(0)), 1);
        if (spec.element() == Element.STRING) {
            String[] empty = new String[elements];
            Arrays.fill(empty, "");
            return new Tensor(spec, shape, null, new Tensor.Strings(empty));
        }
        ByteBuffer data =
                ByteBuffer.allocateDirect(elements * spec.element().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        if (INTEGERS.contains(spec.element())) {
            for (int i = 0; i < elements; i++) {
                data.put(i * spec.element().bytes(), (byte) 1);
            }
        }
        return new Tensor(spec, shape, data, null);
    }

    @Override
    public String engine() {
        return OnnxEngine.NAME;
    }

    @Override
    public String modelIdentity() {
        return modelIdentity;
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
    public Map<String, List<String>> labels() {
        return labels;
    }

    @Override
    public Optional<String> fallback() {
        return Optional.ofNullable(fallback);
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
