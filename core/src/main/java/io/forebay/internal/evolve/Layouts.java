// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.ForebayException;
import io.forebay.TypeNames;
import io.forebay.internal.Fields;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.memory.ValueViews;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Strings, binary and lists in other layouts of the same values. */
public final class Layouts {
    private Layouts() {}

    /**
     * The field of the same values in another layout.
     *
     * @throws ForebayException of kind {@code usage} when {@code type} is no layout of the field's values
     */
    public static Field of(Field field, ArrowType type) {
        ArrowType plain = plainType(field.getType());
        if (!plain.equals(type) && !isLayout(plain, type)) {
            throw ForebayException.usage("a layout must be one of the column's own values: column=" + field.getName()
                    + ", type=" + TypeNames.of(field) + ", layout=" + type);
        }
        FieldType fieldType = new FieldType(field.isNullable(), type, null, field.getMetadata());
        return new Field(field.getName(), fieldType, field.getChildren());
    }

    /** The type that formats deliver the values of {@code type} as, whatever layout it is. */
    public static ArrowType plainType(ArrowType type) {
        return switch (type.getTypeID()) {
            case LargeUtf8, Utf8View -> new ArrowType.Utf8();
            case LargeBinary, BinaryView -> new ArrowType.Binary();
            case LargeList, FixedSizeList -> new ArrowType.List();
            default -> type;
        };
    }

    /** Whether values of one type have another layout in the other. */
    public static boolean isLayout(ArrowType from, ArrowType to) {
        if (from instanceof ArrowType.Utf8) {
            return to instanceof ArrowType.LargeUtf8 || to instanceof ArrowType.Utf8View;
        }
        if (from instanceof ArrowType.Binary) {
            return to instanceof ArrowType.LargeBinary || to instanceof ArrowType.BinaryView;
        }
        return from instanceof ArrowType.List
                && (to instanceof ArrowType.LargeList
                        || (to instanceof ArrowType.FixedSizeList fixed && fixed.getListSize() > 0));
    }

    /** Fills the empty {@code to} with the rows of {@code from}, of whose values it has another layout. */
    static void fill(FieldVector from, FieldVector to, BufferAllocator allocator) {
        if (to.getField().getType() instanceof ArrowType.FixedSizeList fixed) {
            fillFixedSizeList((ListVector) from, to, fixed.getListSize(), allocator);
        } else if (from instanceof ListVector) {
            try (ArrowBuf offsets = longOffsets(from.getOffsetBufferAddress(), from.getValueCount(), allocator)) {
                to.loadFieldBuffers(node(from), List.of(from.getValidityBuffer(), offsets));
            }
            Reshaping.share(
                    from.getChildrenFromFields().get(0),
                    to.getChildrenFromFields().get(0),
                    allocator);
        } else if (to instanceof BaseVariableWidthViewVector) {
            try (ArrowBuf views = views(from, allocator)) {
                to.loadFieldBuffers(node(from), List.of(from.getValidityBuffer(), views, from.getDataBuffer()));
            }
        } else {
            try (ArrowBuf offsets = longOffsets(from.getOffsetBufferAddress(), from.getValueCount(), allocator)) {
                to.loadFieldBuffers(node(from), List.of(from.getValidityBuffer(), offsets, from.getDataBuffer()));
            }
        }
    }

    private static ArrowFieldNode node(FieldVector vector) {
        return new ArrowFieldNode(vector.getValueCount(), vector.getNullCount());
    }

    private static ArrowBuf longOffsets(long offsets, int rows, BufferAllocator allocator) {
        ArrowBuf wide = allocator.buffer(Long.BYTES * (rows + 1L));
        RawMemory.putLong(wide.memoryAddress(), 0);
        for (int row = 1; row <= rows; row++) {
            RawMemory.putLong(wide.memoryAddress() + (long) Long.BYTES * row, RawMemory.getInt(offsets + 4L * row));
        }
        wide.writerIndex(Long.BYTES * (rows + 1L));
        return wide;
    }

    /** Views of strings or binary that stay where they are, or lie in their view if they are short. */
    private static ArrowBuf views(FieldVector from, BufferAllocator allocator) {
        int rows = from.getValueCount();
        long offsets = from.getOffsetBufferAddress();
        long data = from.getDataBufferAddress();
        ArrowBuf views = allocator.buffer((long) ValueViews.BYTES * rows);
        for (int row = 0; row < rows; row++) {
            int start = RawMemory.getInt(offsets + 4L * row);
            int length = RawMemory.getInt(offsets + 4L * row + 4) - start;
            ValueViews.write(views.memoryAddress() + (long) ValueViews.BYTES * row, data, start, length);
        }
        views.writerIndex((long) ValueViews.BYTES * rows);
        return views;
    }

    private static void fillFixedSizeList(ListVector from, FieldVector to, int size, BufferAllocator allocator) {
        int rows = from.getValueCount();
        boolean asTheyLie = from.getElementStartIndex(0) == 0 || rows == 0;
        for (int row = 0; row < rows; row++) {
            int length = from.getElementEndIndex(row) - from.getElementStartIndex(row);
            boolean valid = Bits.get(from.getValidityBufferAddress(), row);
            if (valid && length != size) {
                throw ForebayException.unsupported("lists must all have the length of their layout: column="
                        + from.getName() + ", length=" + length + ", layout=" + size);
            }
            asTheyLie &= length == size;
        }
        to.loadFieldBuffers(node(from), List.of(from.getValidityBuffer()));
        FieldVector elements = to.getChildrenFromFields().get(0);
        if (asTheyLie) {
            Reshaping.share(from.getDataVector(), elements, allocator);
        } else {
            copyElements(from, elements, size);
        }
    }

    /** Elements of rows that are null are null, too. */
    private static void copyElements(ListVector from, FieldVector elements, int size) {
        int rows = from.getValueCount();
        elements.setInitialCapacity(Math.multiplyExact(rows, size));
        elements.allocateNew();
        for (int row = 0; row < rows; row++) {
            if (Bits.get(from.getValidityBufferAddress(), row)) {
                for (int i = 0; i < size; i++) {
                    elements.copyFromSafe(from.getElementStartIndex(row) + i, row * size + i, from.getDataVector());
                }
            }
        }
        elements.setValueCount(rows * size);
    }

    /** The fields, one of them in another layout. */
    public static List<Field> with(List<Field> fields, Field changed) {
        List<Field> all = new ArrayList<>(fields);
        all.set(Fields.ordinalOf(fields, changed.getName()), changed);
        return all;
    }
}
