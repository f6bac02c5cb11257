// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import java.util.List;
import org.apache.arrow.vector.types.UnionMode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * How many entries a column has in the flat lists of a record batch, its children included. Source: Arrow columnar format,
 * "Buffer Listing for Each Layout".
 *
 * @param nodes lengths and null counts
 * @param buffers buffers, but for the variadic ones
 * @param variadics columns whose number of buffers each batch says itself
 */
public record FieldShape(int nodes, int buffers, int variadics) {
    private static final FieldShape NOTHING = new FieldShape(0, 0, 0);

    /**
     * The shape of a column.
     *
     * @param unionsHaveValidity whether unions have a validity buffer, as they did up to version 4 of the metadata
     */
    public static FieldShape of(Field field, boolean unionsHaveValidity) {
        if (field.getDictionary() != null) {
            return new FieldShape(1, 2, 0);
        }
        ArrowType type = field.getType();
        return new FieldShape(1, buffersOf(type, unionsHaveValidity), isView(type) ? 1 : 0)
                .plus(ofAll(field.getChildren(), unionsHaveValidity));
    }

    static FieldShape ofAll(List<Field> fields, boolean unionsHaveValidity) {
        FieldShape sum = NOTHING;
        for (Field field : fields) {
            sum = sum.plus(of(field, unionsHaveValidity));
        }
        return sum;
    }

    private FieldShape plus(FieldShape other) {
        return new FieldShape(nodes + other.nodes, buffers + other.buffers, variadics + other.variadics);
    }

    /** Buffers of a column of this type without its children, its validity included. */
    private static int buffersOf(ArrowType type, boolean unionsHaveValidity) {
        return switch (type.getTypeID()) {
            case Null, RunEndEncoded -> 0;
            case Struct, FixedSizeList -> 1;
            case Utf8, LargeUtf8, Binary, LargeBinary, ListView, LargeListView -> 3;
            case Union ->
                (((ArrowType.Union) type).getMode() == UnionMode.Dense ? 2 : 1) + (unionsHaveValidity ? 1 : 0);
            default -> 2;
        };
    }

    private static boolean isView(ArrowType type) {
        return type instanceof ArrowType.Utf8View || type instanceof ArrowType.BinaryView;
    }
}
