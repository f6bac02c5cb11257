// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.hadoop.metadata.ColumnPath;

/**
 * A top-level column, or a part of one, as Arrow sees it, with the levels by which Parquet says what is there. A value, list
 * or struct is there, and not null, where the definition level is at least its own. Immutable.
 */
public sealed interface ColumnNode {
    /** The Arrow field. */
    Field field();

    /** The least definition level at which it is there. */
    int definition();

    /** The least definition level at which what is right below it may be there. */
    default int innerDefinition() {
        return this instanceof Repeated list ? list.elementDefinition : definition();
    }

    /**
     * A primitive column.
     *
     * @param path of its column chunks
     */
    record Leaf(FlatColumn column, int definition, ColumnPath path) implements ColumnNode {
        @Override
        public Field field() {
            return column.field();
        }
    }

    /** A group that is not a list or map. */
    record Struct(Field field, int definition, List<ColumnNode> children) implements ColumnNode {
        private ColumnNode child(String name) {
            return children.stream()
                    .filter(child -> child.field().getName().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("a struct must have the child: name=" + name));
        }
    }

    /**
     * A list, or a map: a list of structs of key and value.
     *
     * @param elementDefinition the least definition level at which the list has an element
     * @param repetition the repetition level of an element that is not the first of its list
     */
    record Repeated(Field field, int definition, int elementDefinition, int repetition, ColumnNode element)
            implements ColumnNode {}

    /** Whether it is one value a row: a primitive that does not repeat. */
    default boolean isFlat() {
        return this instanceof Leaf;
    }

    /** The primitive columns below it, in the order of the file. */
    default Stream<Leaf> leaves() {
        if (this instanceof Leaf leaf) {
            return Stream.of(leaf);
        }
        return this instanceof Struct struct
                ? struct.children.stream().flatMap(ColumnNode::leaves)
                : ((Repeated) this).element.leaves();
    }

    /**
     * The part of it that {@code wanted} has: the same field, perhaps without some of the children of structs, or with a
     * dictionary.
     */
    default ColumnNode prunedTo(Field wanted) {
        if (wanted.equals(field())) {
            return this;
        }
        if (this instanceof Leaf leaf) {
            return wanted.getDictionary() == null
                    ? this
                    : new Leaf(leaf.column.encoded(wanted.getDictionary()), leaf.definition, leaf.path);
        }
        if (this instanceof Repeated list) {
            return new Repeated(
                    wanted,
                    list.definition,
                    list.elementDefinition,
                    list.repetition,
                    list.element.prunedTo(wanted.getChildren().get(0)));
        }
        Struct struct = (Struct) this;
        List<ColumnNode> kept = new ArrayList<>();
        for (Field child : wanted.getChildren()) {
            kept.add(struct.child(child.getName()).prunedTo(child));
        }
        return new Struct(wanted, struct.definition, kept);
    }

    /** Whether two fields of one struct in it have the same name. */
    default boolean hasRepeatedNames() {
        if (this instanceof Struct struct) {
            long names = struct.children.stream()
                    .map(child -> child.field().getName())
                    .distinct()
                    .count();
            return names < struct.children.size() || struct.children.stream().anyMatch(ColumnNode::hasRepeatedNames);
        }
        return this instanceof Repeated list && list.element.hasRepeatedNames();
    }
}
