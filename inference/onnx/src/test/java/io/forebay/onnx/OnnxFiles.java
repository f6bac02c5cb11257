// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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

    /** A node without attributes. */
    OnnxFiles node(String operator, String output, String... arguments) {
        return node(operator, output, List.of(), arguments);
    }

    /** A node that casts. */
    OnnxFiles cast(String output, int elementType, String argument) {
        Message to = new Message().text(1, "to").number(3, elementType).number(20, 2);
        return node("Cast", output, List.of(to.bytes()), argument);
    }

    /** A node that keeps the greatest along one dimension, which it drops. */
    OnnxFiles reduceMax(String output, String argument, int axis) {
        Message axes = new Message().text(1, "axes").number(8, axis).number(20, 7);
        Message drop = new Message().text(1, "keepdims").number(3, 0).number(20, 2);
        return node("ReduceMax", output, List.of(axes.bytes(), drop.bytes()), argument);
    }

    private OnnxFiles node(String operator, String output, List<byte[]> attributes, String... arguments) {
        Message node = new Message();
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
        Message tensor = new Message();
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

    /** Writes the model; returns the file. */
    Path writeTo(Path file) throws IOException {
        Message graph = new Message();
        nodes.forEach(node -> graph.message(1, node));
        graph.text(2, "test");
        initializers.forEach(initializer -> graph.message(5, initializer));
        inputs.forEach(input -> graph.message(11, input));
        outputs.forEach(output -> graph.message(12, output));
        Message opset = new Message().text(1, "").number(2, 17);
        Message model = new Message().number(1, 8).message(7, graph.bytes()).message(8, opset.bytes());
        return Files.write(file, model.bytes());
    }

    private static byte[] valueInfo(String name, int elementType, long... shape) {
        Message dimensions = new Message();
        for (long size : shape) {
            Message dimension = new Message();
            dimensions.message(1, (size < 0 ? dimension.text(2, "rows") : dimension.number(1, size)).bytes());
        }
        Message tensor = new Message().number(1, elementType).message(2, dimensions.bytes());
        return new Message()
                .text(1, name)
                .message(2, new Message().message(1, tensor.bytes()).bytes())
                .bytes();
    }

    /** A protobuf message under construction. */
    private static final class Message {
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        Message number(int field, long value) {
            varint((long) field << 3);
            varint(value);
            return this;
        }

        Message fixed32(int field, int bits) {
            varint(((long) field << 3) | 5);
            for (int shift = 0; shift < 32; shift += 8) {
                out.write(bits >>> shift);
            }
            return this;
        }

        Message text(int field, String value) {
            return message(field, value.getBytes(StandardCharsets.UTF_8));
        }

        Message message(int field, byte[] bytes) {
            varint(((long) field << 3) | 2);
            varint(bytes.length);
            out.writeBytes(bytes);
            return this;
        }

        byte[] bytes() {
            return out.toByteArray();
        }

        private void varint(long value) {
            long left = value;
            while ((left & ~0x7FL) != 0) {
                out.write((int) ((left & 0x7F) | 0x80));
                left >>>= 7;
            }
            out.write((int) left);
        }
    }
}
