// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DensityAwareVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * How a file's column becomes one of the data set's: under another name, of a wider type, with other children. Immutable.
 *
 * @param wanted the data set's field, perhaps without some children
 * @param source what is read of the file for it, or null where the file lacks it
 * @param children how the children of {@code wanted} come about, in its order; empty where they are as they are
 * @param ordinals of the children among those of {@code source}, −1 for one that is missing
 */
record Reshaping(Field wanted, @Nullable Field source, List<Reshaping> children, List<Integer> ordinals) {
    /** How {@code wanted} is made of one of a file's {@code fields}. */
    static Reshaping of(Field wanted, List<Field> fields) {
        Field found = SchemaUnion.match(wanted, fields);
        return found == null ? missing(wanted) : of(wanted, found);
    }

    private static Reshaping missing(Field wanted) {
        return new Reshaping(wanted, null, List.of(), List.of());
    }

    private static Reshaping of(Field wanted, Field found) {
        if (found.getType() instanceof ArrowType.Null && !(wanted.getType() instanceof ArrowType.Null)) {
            return missing(wanted);
        }
        if (wanted.equals(found) || wanted.getChildren().isEmpty()) {
            return new Reshaping(wanted, found, List.of(), List.of());
        }
        return wanted.getType() instanceof ArrowType.Struct ? struct(wanted, found) : list(wanted, found);
    }

    private static Reshaping struct(Field wanted, Field found) {
        List<Reshaping> children = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        List<Field> read = new ArrayList<>();
        for (Field child : wanted.getChildren()) {
            Reshaping reshaping = of(child, found.getChildren());
            children.add(reshaping);
            ordinals.add(reshaping.source == null ? -1 : read.size());
            if (reshaping.source != null) {
                read.add(reshaping.source);
            }
        }
        if (read.isEmpty()) { // it takes a child to tell where the struct is null
            read.add(found.getChildren().get(0));
        }
        return new Reshaping(wanted, new Field(found.getName(), found.getFieldType(), read), children, ordinals);
    }

    /** Lists and maps: their one child is the same whatever it is called, and so are a map's key and value. */
    private static Reshaping list(Field wanted, Field found) {
        Field wantedElement = wanted.getChildren().get(0);
        Field foundElement = found.getChildren().get(0);
        Reshaping element = wanted.getType() instanceof ArrowType.Map
                ? entries(wantedElement, foundElement)
                : of(wantedElement, foundElement);
        Field read = element.source == null ? foundElement : element.source;
        return new Reshaping(
                wanted,
                new Field(found.getName(), found.getFieldType(), List.of(read)),
                List.of(element),
                List.of(element.source == null ? -1 : 0));
    }

    private static Reshaping entries(Field wanted, Field found) {
        List<Reshaping> children = new ArrayList<>();
        List<Field> read = new ArrayList<>();
        List<Integer> ordinals = new ArrayList<>();
        for (int i = 0; i < wanted.getChildren().size(); i++) {
            Field child = found.getChildren().get(i);
            Reshaping reshaping = of(wanted.getChildren().get(i), child);
            children.add(reshaping);
            ordinals.add(reshaping.source == null ? -1 : i);
            read.add(reshaping.source == null ? child : reshaping.source);
        }
        return new Reshaping(wanted, new Field(found.getName(), found.getFieldType(), read), children, ordinals);
    }

    /** Whether the file's values are the data set's, whatever they are called. */
    boolean keepsValues() {
        return source != null && source.getType().equals(wanted.getType());
    }

    /** A column of {@code rows} nulls. */
    static FieldVector nulls(Field field, int rows, BufferAllocator allocator) {
        FieldVector vector = field.createVector(allocator);
        try {
            fillWithNulls(vector, rows);
            return vector;
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
    }

    private static void fillWithNulls(FieldVector vector, int rows) {
        if (vector instanceof DensityAwareVector nested) {
            nested.setInitialCapacity(rows, 0);
        } else {
            vector.setInitialCapacity(rows);
        }
        vector.allocateNew();
        vector.setValueCount(rows);
    }

    /** The data set's column made of the file's, which is closed; the caller owns the result. */
    FieldVector apply(FieldVector read, BufferAllocator allocator) {
        if (wanted.equals(source)) {
            return read;
        }
        try (read) {
            FieldVector made = wanted.createVector(allocator);
            try {
                fill(read, made, allocator);
                return made;
            } catch (RuntimeException | Error e) {
                made.close();
                throw e;
            }
        }
    }

    /** Fills the empty {@code made} with the rows of {@code read}, which differs from it in names at most. */
    static void share(FieldVector read, FieldVector made, BufferAllocator allocator) {
        new Reshaping(made.getField(), read.getField(), List.of(), List.of()).fill(read, made, allocator);
    }

    private void fill(FieldVector read, FieldVector made, BufferAllocator allocator) {
        if (Layouts.isLayout(read.getField().getType(), wanted.getType())) {
            Layouts.fill(read, made, allocator);
            return;
        }
        if (children.isEmpty() && !keepsValues()) {
            Widening.fill(read, made, allocator);
            return;
        }
        made.loadFieldBuffers(new ArrowFieldNode(read.getValueCount(), read.getNullCount()), read.getFieldBuffers());
        List<FieldVector> parts = read.getChildrenFromFields();
        List<FieldVector> madeParts = made.getChildrenFromFields();
        for (int i = 0; i < madeParts.size(); i++) {
            if (children.isEmpty()) { // the same below this, but perhaps for names
                share(parts.get(i), madeParts.get(i), allocator);
            } else if (ordinals.get(i) < 0) {
                fillWithNulls(madeParts.get(i), rowsBelow(read));
            } else {
                children.get(i).fill(parts.get(ordinals.get(i)), madeParts.get(i), allocator);
            }
        }
    }

    /** Rows of the children of a struct or list. */
    private static int rowsBelow(FieldVector read) {
        return read.getField().getType() instanceof ArrowType.Struct
                ? read.getValueCount()
                : read.getChildrenFromFields().get(0).getValueCount();
    }
}
