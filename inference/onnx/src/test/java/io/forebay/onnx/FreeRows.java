// SPDX-License-Identifier: Apache-2.0
package io.forebay.onnx;

import java.nio.ByteBuffer;
import java.util.List;

/** Frees the first dimension of a model's inputs and outputs, so that it counts rows. Scalars stay what they are. */
final class FreeRows {
    // Field numbers of onnx.proto.
    private static final int MODEL_GRAPH = 7;
    private static final int GRAPH_INPUT = 11;
    private static final int GRAPH_OUTPUT = 12;

    /** From the description of a tensor to its first dimension: its type, that of a tensor, its shape, a dimension. */
    private static final List<Integer> FIRST_DIMENSION = List.of(2, 1, 2, 1);

    private static final ProtoMessage ROWS = new ProtoMessage().text(2, "rows");

    private FreeRows() {}

    /** The model with its rows free. */
    static byte[] in(byte[] model) {
        ByteBuffer bytes = ByteBuffer.wrap(model);
        ProtoMessage changed = new ProtoMessage();
        for (ProtoReader fields = new ProtoReader(bytes, 0, model.length); fields.next(); ) {
            if (fields.isBytes(MODEL_GRAPH)) {
                changed.message(MODEL_GRAPH, graph(bytes, fields.message()));
            } else {
                changed.copy(bytes, fields.fieldStart(), fields.fieldEnd());
            }
        }
        return changed.bytes();
    }

    private static ProtoMessage graph(ByteBuffer bytes, ProtoReader graph) {
        ProtoMessage changed = new ProtoMessage();
        while (graph.next()) {
            if (graph.isBytes(GRAPH_INPUT)) {
                changed.message(GRAPH_INPUT, withRows(bytes, graph.message(), FIRST_DIMENSION));
            } else if (graph.isBytes(GRAPH_OUTPUT)) {
                changed.message(GRAPH_OUTPUT, withRows(bytes, graph.message(), FIRST_DIMENSION));
            } else {
                changed.copy(bytes, graph.fieldStart(), graph.fieldEnd());
            }
        }
        return changed;
    }

    /** The message with {@link #ROWS} for what lies at the end of {@code path}, the first field of each number. */
    private static ProtoMessage withRows(ByteBuffer bytes, ProtoReader message, List<Integer> path) {
        int field = path.get(0);
        List<Integer> rest = path.subList(1, path.size());
        ProtoMessage changed = new ProtoMessage();
        boolean found = false;
        while (message.next()) {
            if (!found && message.isBytes(field)) {
                found = true;
                changed.message(field, rest.isEmpty() ? ROWS : withRows(bytes, message.message(), rest));
            } else {
                changed.copy(bytes, message.fieldStart(), message.fieldEnd());
            }
        }
        return changed;
    }
}
