// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Union;
import org.apache.arrow.vector.types.Types;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Schemas as messages have them, checked: their size and depth, and that each type has the children and parameters it needs. */
final class SchemaReader {
    private static final Set<Integer> INT_BITS = Set.of(8, 16, 32, 64);
    private static final int DEPTH_MAX = 64;

    /** No field takes fewer bytes; a schema of more fields refers to some of them more than once. */
    private static final int FIELD_BYTES_MIN = 16;

    private final int metadataBytes;
    private int fields;

    private SchemaReader(int metadataBytes) {
        this.metadataBytes = metadataBytes;
    }

    /**
     * Reads a schema.
     *
     * @param found finds it in a flatbuffer
     * @param metadataBytes the flatbuffer's size
     */
    static Schema read(Supplier<org.apache.arrow.flatbuf.@Nullable Schema> found, int metadataBytes) {
        return Flatbuffers.read("a schema", () -> {
            org.apache.arrow.flatbuf.Schema flat = found.get();
            if (flat == null) {
                throw ForebayException.corrupt("metadata must have a schema");
            }
            if (flat.endianness() != Endianness.Little) {
                throw ForebayException.unsupported("big-endian data are not read: endianness=" + flat.endianness());
            }
            SchemaReader reader = new SchemaReader(metadataBytes);
            for (int i = 0; i < flat.fieldsLength(); i++) {
                reader.count(flat.fields(i), 1);
            }
            Schema converted = Schema.convertSchema(flat);
            Schema schema = new Schema(
                    converted.getFields().stream().map(SchemaReader::named).toList(), converted.getCustomMetadata());
            if (schema.getFields().isEmpty()) {
                throw ForebayException.unsupported("a file without columns is not read: columns=0");
            }
            schema.getFields().forEach(SchemaReader::check);
            return schema;
        });
    }

    /** Arrow's own conversion takes memory for the types of a union before it looks at them. */
    private void requireFits(int unionTypes) {
        if (unionTypes > metadataBytes / Integer.BYTES) {
            throw ForebayException.corrupt("a union's types must fit their metadata: types=" + unionTypes
                    + ", metadataBytes=" + metadataBytes);
        }
    }

    /** The field with an empty name where it, or a child, has none: the format does not require one. */
    private static Field named(Field field) {
        return new Field(
                field.getName() == null ? "" : field.getName(),
                field.getFieldType(),
                field.getChildren().stream().map(SchemaReader::named).toList());
    }

    private void count(org.apache.arrow.flatbuf.Field field, int depth) {
        fields++;
        if (depth > DEPTH_MAX) {
            throw ForebayException.limit("columns are nested at most " + DEPTH_MAX + " deep");
        }
        if (fields > metadataBytes / FIELD_BYTES_MIN) {
            throw ForebayException.corrupt(
                    "columns must fit their metadata: columns=" + fields + ", metadataBytes=" + metadataBytes);
        }
        if (field.typeType() == Type.Union && field.type(new Union()) instanceof Union union) {
            requireFits(union.typeIdsLength());
        }
        for (int i = 0; i < field.childrenLength(); i++) {
            count(field.children(i), depth + 1);
        }
    }

    private static void check(Field field) {
        ArrowType type = LogicalFields.storageOf(field.getType());
        int children = field.getChildren().size();
        boolean childrenFit =
                switch (type.getTypeID()) {
                    case List, LargeList, ListView, LargeListView, FixedSizeList -> children == 1;
                    case RunEndEncoded -> children == 2;
                    case Map -> children == 1 && isEntry(field.getChildren().get(0));
                    case Struct, Union -> true;
                    default -> children == 0;
                };
        if (!childrenFit) {
            throw ForebayException.corrupt("a type must have the children that it calls for: column=" + field.getName()
                    + ", type=" + type.getTypeID() + ", children=" + children);
        }
        checkParameters(field.getName(), type);
        if (field.getDictionary() != null) {
            checkParameters(field.getName(), field.getDictionary().getIndexType());
        }
        field.getChildren().forEach(SchemaReader::check);
    }

    private static boolean isEntry(Field entry) {
        List<Field> children = entry.getChildren();
        return entry.getType() instanceof ArrowType.Struct && children.size() == 2;
    }

    private static void checkParameters(String name, ArrowType type) {
        boolean fit =
                switch (type.getTypeID()) {
                    case FixedSizeBinary -> ((ArrowType.FixedSizeBinary) type).getByteWidth() > 0;
                    case FixedSizeList -> ((ArrowType.FixedSizeList) type).getListSize() >= 0;
                    case Decimal -> ((ArrowType.Decimal) type).getPrecision() > 0;
                    case Int -> INT_BITS.contains(((ArrowType.Int) type).getBitWidth());
                    default -> true;
                };
        if (!fit) {
            throw ForebayException.corrupt(
                    "a type must have parameters that make sense: column=" + name + ", type=" + type);
        }
        Types.getMinorTypeForArrowType(type); // knows which widths go with which units
    }
}
