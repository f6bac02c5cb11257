// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import io.forebay.inference.Device;
import io.forebay.inference.ModelOptions;
import io.forebay.inference.RefusedDeviceException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes small ONNX models for tests, field by field of onnx.proto, so that the tests need no other tool. Element types
 * are ONNX's numbers: 1 float, 7 int64, 8 string, 9 bool, 11 double.
 */
final class OnnxFiles {
    static final int FLOAT = 1;
    static final int INT64 = 7;
    static final int STRING = 8;
    static final int BOOL = 9;
    static final int DOUBLE = 11;

    private static final String CLASSICAL = "ai.onnx.ml";

    private final List<byte[]> nodes = new ArrayList<>();
    private final List<byte[]> inputs = new ArrayList<>();
    private final List<byte[]> outputs = new ArrayList<>();
    private final List<byte[]> initializers = new ArrayList<>();

    /** An input; a dimension of −1 is free. */
    OnnxFiles input(String name, int elementType, long... shape) {
        inputs.add(valueInfo(name, elementType, shape));
        return this;
    }

    OnnxFiles output(String name, int elementType, long... shape) {
        outputs.add(valueInfo(name, elementType, shape));
        return this;
    }

    /** An output of a map for each row, from class to probability. */
    OnnxFiles mapOutput(String name, int keyType) {
        ProtoMessage probability = new ProtoMessage()
                .message(1, new ProtoMessage().number(1, FLOAT).message(2, new ProtoMessage()));
        ProtoMessage map = new ProtoMessage()
                .message(5, new ProtoMessage().number(1, keyType).message(2, probability));
        ProtoMessage sequence = new ProtoMessage().message(4, new ProtoMessage().message(1, map));
        outputs.add(new ProtoMessage().text(1, name).message(2, sequence).bytes());
        return this;
    }

    /** A node of the operators for classical models. */
    OnnxFiles classical(String operator, List<String> results, List<ProtoMessage> attributes, String... arguments) {
        ProtoMessage node = new ProtoMessage();
        for (String argument : arguments) {
            node.text(1, argument);
        }
        results.forEach(result -> node.text(2, result));
        node.text(3, operator + "_" + results.get(0)).text(4, operator);
        attributes.forEach(attribute -> node.message(5, attribute));
        nodes.add(node.text(7, CLASSICAL).bytes());
        return this;
    }

    static ProtoMessage attribute(String name, long... values) {
        ProtoMessage attribute = new ProtoMessage().text(1, name);
        for (long value : values) {
            attribute.number(8, value);
        }
        return attribute.number(20, 7);
    }

    static ProtoMessage attribute(String name, float... values) {
        ProtoMessage attribute = new ProtoMessage().text(1, name);
        for (float value : values) {
            attribute.fixed32(7, Float.floatToIntBits(value));
        }
        return attribute.number(20, 6);
    }

    static ProtoMessage attribute(String name, List<String> values) {
        ProtoMessage attribute = new ProtoMessage().text(1, name);
        values.forEach(value -> attribute.text(9, value));
        return attribute.number(20, 8);
    }

    /** A node without attributes. */
    OnnxFiles node(String operator, String output, String... arguments) {
        return node(operator, output, List.of(), arguments);
    }

    /** A node that casts. */
    OnnxFiles cast(String output, int elementType, String argument) {
        ProtoMessage to =
                new ProtoMessage().text(1, "to").number(3, elementType).number(20, 2);
        return node("Cast", output, List.of(to.bytes()), argument);
    }

    /** A node that keeps the greatest along one dimension, which it drops. */
    OnnxFiles reduceMax(String output, String argument, int axis) {
        ProtoMessage axes = new ProtoMessage().text(1, "axes").number(8, axis).number(20, 7);
        ProtoMessage drop = new ProtoMessage().text(1, "keepdims").number(3, 0).number(20, 2);
        return node("ReduceMax", output, List.of(axes.bytes(), drop.bytes()), argument);
    }

    private OnnxFiles node(String operator, String output, List<byte[]> attributes, String... arguments) {
        ProtoMessage node = new ProtoMessage();
        for (String argument : arguments) {
            node.text(1, argument);
        }
        node.text(2, output).text(3, operator + "_" + output).text(4, operator);
        attributes.forEach(attribute -> node.message(5, attribute));
        nodes.add(node.bytes());
        return this;
    }

    /** A constant of floats. */
    OnnxFiles floats(String name, long[] shape, float... values) {
        ProtoMessage tensor = new ProtoMessage();
        for (long size : shape) {
            tensor.number(1, size);
        }
        tensor.number(2, FLOAT);
        for (float value : values) {
            tensor.fixed32(4, Float.floatToIntBits(value));
        }
        initializers.add(tensor.text(8, name).bytes());
        return this;
    }

    /** A constant of floats that lie in another file. */
    OnnxFiles externalFloats(String name, String location, long... shape) {
        ProtoMessage tensor = new ProtoMessage();
        for (long size : shape) {
            tensor.number(1, size);
        }
        ProtoMessage where = new ProtoMessage().text(1, "location").text(2, location);
        initializers.add(tensor.number(2, FLOAT)
                .text(8, name)
                .message(13, where)
                .number(14, 1)
                .bytes());
        return this;
    }

    /** Writes the model; returns the file. */
    /** A session on the CPU, as it is unless told otherwise. */
    static OnnxSession load(Path file) {
        try {
            return new OnnxLoader(ModelOptions.defaults(), OnnxOptions.defaults(), Providers.INSTALLED)
                    .load(file, "test", Device.cpu());
        } catch (RefusedDeviceException e) {
            throw new AssertionError(e);
        }
    }

    Path writeTo(Path file) throws IOException {
        ProtoMessage graph = new ProtoMessage();
        nodes.forEach(node -> graph.message(1, node));
        graph.text(2, "test");
        initializers.forEach(initializer -> graph.message(5, initializer));
        inputs.forEach(input -> graph.message(11, input));
        outputs.forEach(output -> graph.message(12, output));
        ProtoMessage opset = new ProtoMessage().text(1, "").number(2, 17);
        ProtoMessage classical = new ProtoMessage().text(1, CLASSICAL).number(2, 3);
        ProtoMessage model = new ProtoMessage()
                .number(1, 8)
                .message(7, graph)
                .message(8, opset)
                .message(8, classical);
        return Files.write(file, model.bytes());
    }

    private static byte[] valueInfo(String name, int elementType, long... shape) {
        ProtoMessage dimensions = new ProtoMessage();
        for (long size : shape) {
            ProtoMessage dimension = new ProtoMessage();
            dimensions.message(1, (size < 0 ? dimension.text(2, "rows") : dimension.number(1, size)).bytes());
        }
        ProtoMessage tensor = new ProtoMessage().number(1, elementType).message(2, dimensions.bytes());
        return new ProtoMessage()
                .text(1, name)
                .message(2, new ProtoMessage().message(1, tensor.bytes()).bytes())
                .bytes();
    }
}
