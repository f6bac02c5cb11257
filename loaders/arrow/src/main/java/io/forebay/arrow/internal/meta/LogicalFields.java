// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.spi.FieldNotes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Columns as batches have them: dictionaries decoded, and one type of strings, lists, dates and intervals each. */
public final class LogicalFields {
    private static final String EXTENSION_NAME = ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME;
    private static final String UUID_EXTENSION = "arrow.uuid";
    private static final ArrowType UUID_STORAGE = new ArrowType.FixedSizeBinary(16);

    private LogicalFields() {}

    /** The columns of batches for the columns of messages. */
    public static List<Field> of(List<Field> columns) {
        List<Field> fields = new ArrayList<>(columns.size());
        columns.forEach(column -> fields.add(of(column)));
        return fields;
    }

    private static Field of(Field column) {
        ArrowType type = logicalOf(storageOf(column.getType()));
        Map<String, String> metadata = new HashMap<>(column.getMetadata());
        if (UUID_EXTENSION.equals(metadata.get(EXTENSION_NAME)) && type.equals(UUID_STORAGE)) {
            metadata.put(FieldNotes.KEY, FieldNotes.UUID);
        }
        List<Field> children = of(column.getChildren());
        if (type instanceof ArrowType.Map) {
            children = List.of(entry(children.get(0)));
        }
        return new Field(column.getName(), new FieldType(column.isNullable(), type, null, metadata), children);
    }

    /** A map's entries and their keys are never null, whatever a schema says. */
    private static Field entry(Field entry) {
        Field key = entry.getChildren().get(0);
        FieldType keyType = new FieldType(false, key.getType(), null, key.getMetadata());
        Field requiredKey = new Field(key.getName(), keyType, key.getChildren());
        FieldType entryType = new FieldType(false, entry.getType(), null, entry.getMetadata());
        return new Field(
                entry.getName(),
                entryType,
                List.of(requiredKey, entry.getChildren().get(1)));
    }

    /** The type under an extension that the application has registered. */
    static ArrowType storageOf(ArrowType type) {
        return type instanceof ArrowType.ExtensionType extension ? storageOf(extension.storageType()) : type;
    }

    private static ArrowType logicalOf(ArrowType type) {
        return switch (type.getTypeID()) {
            case LargeUtf8, Utf8View -> ArrowType.Utf8.INSTANCE;
            case LargeBinary, BinaryView -> ArrowType.Binary.INSTANCE;
            case LargeList -> ArrowType.List.INSTANCE;
            case Date -> new ArrowType.Date(DateUnit.DAY);
            case Interval -> new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO);
            default -> type;
        };
    }
}
