// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.page.ColumnChunk;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a nested column: leaf after leaf, each of which yields its values and what its levels tell of the structs and lists
 * above it. Leaves that share a struct or list must agree on it.
 */
public final class NestedReader implements ColumnReader {
    private final ColumnNode column;
    private final BufferAllocator allocator;
    private final List<NestedLeaf> leaves = new ArrayList<>();

    private NestedReader(ColumnNode column, BufferAllocator allocator) {
        this.column = column;
        this.allocator = allocator;
    }

    /**
     * A reader before the first row.
     *
     * @param column the column, perhaps without some of the children of its structs
     * @param chunks opens the column chunk of a leaf, which the reader closes
     * @param rowsTotal rows of the row group
     */
    public static NestedReader open(
            ColumnNode column,
            Function<ColumnNode.Leaf, ColumnChunk> chunks,
            long rowsTotal,
            BufferAllocator allocator) {
        NestedReader reader = new NestedReader(column, allocator);
        try {
            reader.addLeaves(column, new Path(List.of(), null, List.of()), chunks, rowsTotal);
            return reader;
        } catch (RuntimeException e) {
            reader.close();
            throw e;
        }
    }

    /** What lies above a node: all nodes, the innermost list, and from which level on each list has an element. */
    private record Path(List<ColumnNode> nodes, ColumnNode.@Nullable Repeated list, List<Integer> elementDefinitions) {
        Path through(ColumnNode node) {
            List<ColumnNode> longer = append(nodes, node);
            return node instanceof ColumnNode.Repeated repeated
                    ? new Path(longer, repeated, append(elementDefinitions, repeated.elementDefinition()))
                    : new Path(longer, list, elementDefinitions);
        }

        private static <T> List<T> append(List<T> list, T last) {
            List<T> longer = new ArrayList<>(list);
            longer.add(last);
            return longer;
        }
    }

    private void addLeaves(ColumnNode node, Path above, Function<ColumnNode.Leaf, ColumnChunk> chunks, long rowsTotal) {
        Path path = above.through(node);
        if (node instanceof ColumnNode.Struct struct) {
            struct.children().forEach(child -> addLeaves(child, path, chunks, rowsTotal));
        } else if (node instanceof ColumnNode.Repeated list) {
            addLeaves(list.element(), path, chunks, rowsTotal);
        } else {
            ColumnNode.Leaf leaf = (ColumnNode.Leaf) node;
            int[] elementDefinitions =
                    path.elementDefinitions.stream().mapToInt(Integer::intValue).toArray();
            leaves.add(new NestedLeaf(
                    leaf, shapes(path.nodes), elementDefinitions, chunks.apply(leaf), rowsTotal, allocator));
        }
    }

    private List<NodeShape> shapes(List<ColumnNode> nodes) {
        List<NodeShape> shapes = new ArrayList<>();
        ColumnNode above = null;
        ColumnNode.Repeated list = null;
        for (ColumnNode node : nodes) {
            shapes.add(new NodeShape(node, above, list, allocator));
            above = node;
            list = node instanceof ColumnNode.Repeated repeated ? repeated : list;
        }
        return shapes;
    }

    @Override
    public FieldVector read(int rows) {
        return read(leaf -> leaf.read(rows));
    }

    @Override
    public @Nullable FieldVector readSelected(int rows, int[] selected) {
        return leaves.stream().anyMatch(NestedLeaf::readsPiecemeal)
                ? null
                : read(leaf -> leaf.readSelected(rows, selected));
    }

    private FieldVector read(Consumer<NestedLeaf> decode) {
        try {
            leaves.forEach(decode);
            FieldVector vector = column.field().createVector(allocator);
            try {
                load(column, vector, 0, 0);
                return vector;
            } catch (RuntimeException | Error e) {
                vector.close();
                throw e;
            }
        } finally {
            leaves.forEach(NestedLeaf::abandon);
        }
    }

    /**
     * Hands the buffers of a node and of those below it to {@code vector}.
     *
     * @param depth of the node, of the column 0
     * @param first ordinal of the first leaf below the node
     * @return the ordinal of the leaf after the last one below the node
     */
    private int load(ColumnNode node, FieldVector vector, int depth, int first) {
        if (node instanceof ColumnNode.Leaf) {
            leaves.get(first).loadValues(vector);
            return first + 1;
        }
        List<ColumnNode> children = node instanceof ColumnNode.Struct struct
                ? struct.children()
                : List.of(((ColumnNode.Repeated) node).element());
        int end = first;
        for (int i = 0; i < children.size(); i++) {
            end = load(children.get(i), vector.getChildrenFromFields().get(i), depth + 1, end);
        }
        NodeShape shape = shape(first, depth);
        for (int other = first + 1; other < end; other++) {
            shape(other, depth).requireSame(shape);
        }
        shape.load(vector);
        return end;
    }

    private NodeShape shape(int leaf, int depth) {
        return leaves.get(leaf).shapes().get(depth);
    }

    @Override
    public void skip(long rows) {
        leaves.forEach(leaf -> leaf.skip(rows));
    }

    @Override
    public long bytesRead() {
        return leaves.stream().mapToLong(NestedLeaf::bytesRead).sum();
    }

    @Override
    public void close() {
        leaves.forEach(NestedLeaf::close);
    }
}
