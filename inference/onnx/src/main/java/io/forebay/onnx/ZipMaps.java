// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes the ZipMap nodes out of a model. Classifiers are exported with one behind their probabilities: it makes a map of every
 * row, from class to probability, which an engine can only hand over as objects. Without it the output is the matrix of
 * probabilities, and the classes are known beforehand.
 */
final class ZipMaps {
    private static final String OPERATOR = "ZipMap";
    private static final int FLOAT = 1;

    // Field numbers of onnx.proto.
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_NODE = 1;
    private static final int GRAPH_OUTPUT = 12;
    private static final int NODE_INPUT = 1;
    private static final int NODE_OUTPUT = 2;
    private static final int NODE_OPERATOR = 4;
    private static final int NODE_ATTRIBUTE = 5;
    private static final int ATTRIBUTE_INTS = 8; // the only ones of a ZipMap are its classes, as the strings are
    private static final int ATTRIBUTE_STRINGS = 9;
    private static final int VALUE_NAME = 1;

    private ZipMaps() {}

    /**
     * A model without them.
     *
     * @param model the file's new content
     * @param labels of each output that was a map, what its columns stand for
     */
    record Replaced(ProtoMessage model, Map<String, List<String>> labels) {}

    /** What one node makes of what. */
    private record Node(String input, String output, List<String> labels) {}

    /** The model of {@code file} without them, or null if it has none, or is not understood; the engine will judge it then. */
    static @Nullable Replaced replaceIn(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file)) {
            if (channel.size() > Integer.MAX_VALUE) {
                return null;
            }
            ByteBuffer bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size());
            return replaceIn(bytes);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static @Nullable Replaced replaceIn(ByteBuffer bytes) {
        Map<String, Node> nodes = new HashMap<>();
        for (ProtoReader model = new ProtoReader(bytes, 0, bytes.limit()); model.next(); ) {
            if (model.isBytes(MODEL_GRAPH)) {
                find(model.message(), nodes);
            }
        }
        if (nodes.isEmpty()) {
            return null;
        }
        ProtoMessage changed = new ProtoMessage();
        for (ProtoReader model = new ProtoReader(bytes, 0, bytes.limit()); model.next(); ) {
            if (model.isBytes(MODEL_GRAPH)) {
                changed.message(MODEL_GRAPH, replaced(bytes, model.message(), nodes));
            } else {
                changed.copy(bytes, model.fieldStart(), model.fieldEnd());
            }
        }
        Map<String, List<String>> labels = new HashMap<>();
        nodes.values().forEach(node -> labels.put(node.output, node.labels));
        return new Replaced(changed, labels);
    }

    /** Notes the nodes whose output is one of the graph's. */
    private static void find(ProtoReader graph, Map<String, Node> nodes) {
        List<String> outputs = new ArrayList<>();
        while (graph.next()) {
            if (graph.isBytes(GRAPH_NODE)) {
                Node node = zipMap(graph.message());
                if (node != null) {
                    nodes.put(node.output, node);
                }
            } else if (graph.isBytes(GRAPH_OUTPUT)) {
                outputs.add(nameOf(graph.message()));
            }
        }
        nodes.keySet().retainAll(outputs);
    }

    private static @Nullable Node zipMap(ProtoReader node) {
        String input = "";
        String output = "";
        boolean isZipMap = false;
        List<ProtoReader> attributes = new ArrayList<>();
        while (node.next()) {
            if (node.isBytes(NODE_INPUT)) {
                input = node.text();
            } else if (node.isBytes(NODE_OUTPUT)) {
                output = node.text();
            } else if (node.isBytes(NODE_OPERATOR)) {
                isZipMap = node.text().equals(OPERATOR);
            } else if (node.isBytes(NODE_ATTRIBUTE)) {
                attributes.add(node.message());
            }
        }
        if (!isZipMap) {
            return null;
        }
        List<String> labels = new ArrayList<>();
        attributes.forEach(attribute -> readLabels(attribute, labels));
        return labels.isEmpty() ? null : new Node(input, output, List.copyOf(labels));
    }

    private static void readLabels(ProtoReader attribute, List<String> labels) {
        while (attribute.next()) {
            if (attribute.isBytes(ATTRIBUTE_STRINGS)) {
                labels.add(attribute.text());
            } else if (attribute.isNumber(ATTRIBUTE_INTS)) {
                labels.add(Long.toString(attribute.value()));
            } else if (attribute.isBytes(ATTRIBUTE_INTS)) {
                for (long value : attribute.packedNumbers()) {
                    labels.add(Long.toString(value));
                }
            }
        }
    }

    private static String nameOf(ProtoReader value) {
        while (value.next()) {
            if (value.isBytes(VALUE_NAME)) {
                return value.text();
            }
        }
        return "";
    }

    private static byte[] replaced(ByteBuffer bytes, ProtoReader graph, Map<String, Node> nodes) {
        ProtoMessage changed = new ProtoMessage();
        while (graph.next()) {
            Node node = graph.isBytes(GRAPH_NODE) ? zipMap(graph.message()) : null;
            Node output = graph.isBytes(GRAPH_OUTPUT) ? nodes.get(nameOf(graph.message())) : null;
            if (node != null && nodes.containsKey(node.output)) {
                changed.message(
                        GRAPH_NODE,
                        new ProtoMessage()
                                .text(NODE_INPUT, node.input)
                                .text(NODE_OUTPUT, node.output)
                                .text(NODE_OPERATOR, "Identity"));
            } else if (output != null) {
                changed.message(GRAPH_OUTPUT, matrix(output));
            } else {
                changed.copy(bytes, graph.fieldStart(), graph.fieldEnd());
            }
        }
        return changed.bytes();
    }

    /** The description of an output {@code float[rows, classes]}. */
    private static ProtoMessage matrix(Node node) {
        ProtoMessage shape = new ProtoMessage()
                .message(1, new ProtoMessage().text(2, "rows"))
                .message(1, new ProtoMessage().number(1, node.labels.size()));
        ProtoMessage tensor = new ProtoMessage().number(1, FLOAT).message(2, shape);
        return new ProtoMessage().text(VALUE_NAME, node.output).message(2, new ProtoMessage().message(1, tensor));
    }
}
