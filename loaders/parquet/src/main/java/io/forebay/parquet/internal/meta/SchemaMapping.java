// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import io.forebay.spi.FieldNotes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/**
 * The Arrow columns of a Parquet schema, with the format's backward-compatibility rules for lists and maps (format
 * specification, "Nested Types").
 */
public final class SchemaMapping {
    /** Where a walk down the schema stands: the levels of what is there, and the names on the way. */
    private record Position(int definition, int repetition, List<String> path) {
        /** Below a type of the schema. */
        Position below(Type type) {
            List<String> longer = new ArrayList<>(path);
            longer.add(type.getName());
            return new Position(
                    definition + (type.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1),
                    repetition + (type.isRepetition(Type.Repetition.REPEATED) ? 1 : 0),
                    longer);
        }
    }

    private SchemaMapping() {}

    /** The top-level columns, in the order of the schema. */
    public static List<ColumnNode> columns(MessageType message) {
        Position root = new Position(0, 0, List.of());
        return message.getFields().stream().map(type -> column(type, root)).toList();
    }

    /** What a field of a group becomes: one that repeats is a list that is always there. */
    private static ColumnNode column(Type type, Position parent) {
        Position here = parent.below(type);
        if (!type.isRepetition(Type.Repetition.REPEATED)) {
            return value(type, here, type.isRepetition(Type.Repetition.OPTIONAL));
        }
        ColumnNode element = value(type, here, false);
        Field list = field(type, false, new ArrowType.List(), List.of(element.field()));
        return new ColumnNode.Repeated(list, parent.definition, here.definition, here.repetition, element);
    }

    /** One value of a type, whether or not the type repeats. */
    private static ColumnNode value(Type type, Position here, boolean nullable) {
        if (type.isPrimitive()) {
            FlatColumn column = FlatColumn.of(type.asPrimitiveType(), nullable);
            return new ColumnNode.Leaf(column, here.definition, ColumnPath.get(here.path.toArray(String[]::new)));
        }
        GroupType group = type.asGroupType();
        var annotation = group.getLogicalTypeAnnotation();
        boolean map = annotation instanceof MapLogicalTypeAnnotation || annotation instanceof MapKeyValueTypeAnnotation;
        if ((map || annotation instanceof ListLogicalTypeAnnotation) && holdsOneRepeated(group)) {
            int fields = fieldCount(group.getType(0));
            if (map && fields == 2) {
                return map(group, here, nullable);
            }
            if (!map || fields == 1) { // a map without values is a list of keys
                return list(group, here, nullable);
            }
        }
        List<ColumnNode> children =
                group.getFields().stream().map(child -> column(child, here)).toList();
        Field struct = field(group, nullable, new ArrowType.Struct(), fieldsOf(children));
        return new ColumnNode.Struct(struct, here.definition, children);
    }

    private static ColumnNode list(GroupType group, Position here, boolean nullable) {
        Type repeated = group.getType(0);
        Position inside = here.below(repeated);
        boolean repeatedIsElement = repeated.isPrimitive()
                || repeated.asGroupType().getFieldCount() != 1
                || repeated.getName().equals("array")
                || repeated.getName().equals(group.getName() + "_tuple")
                || repeated.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED);
        ColumnNode element = repeatedIsElement
                ? value(repeated, inside, false)
                : column(repeated.asGroupType().getType(0), inside);
        Field field = field(group, nullable, new ArrowType.List(), List.of(element.field()));
        return new ColumnNode.Repeated(field, here.definition, inside.definition, inside.repetition, element);
    }

    /** A key is there for each entry, whatever the schema says of it: Arrow's keys are never null. */
    private static ColumnNode map(GroupType group, Position here, boolean nullable) {
        GroupType entry = group.getType(0).asGroupType();
        Position inside = here.below(entry);
        List<ColumnNode> children = List.of(key(entry.getType(0), inside), column(entry.getType(1), inside));
        Field struct = new Field(
                MapVector.DATA_VECTOR_NAME, FieldType.notNullable(new ArrowType.Struct()), fieldsOf(children));
        ColumnNode entries = new ColumnNode.Struct(struct, inside.definition, children);
        Field field = field(group, nullable, new ArrowType.Map(false), List.of(entries.field()));
        return new ColumnNode.Repeated(field, here.definition, inside.definition, inside.repetition, entries);
    }

    private static ColumnNode key(Type type, Position inside) {
        return type.isRepetition(Type.Repetition.OPTIONAL)
                ? value(type, inside.below(type), false)
                : column(type, inside);
    }

    private static List<Field> fieldsOf(List<ColumnNode> columns) {
        return columns.stream().map(ColumnNode::field).toList();
    }

    private static Field field(Type type, boolean nullable, ArrowType arrow, List<Field> children) {
        return new Field(type.getName(), new FieldType(nullable, arrow, null, withId(type, Map.of())), children);
    }

    /** The metadata of a type's field: some notes, and the field id if it has one. */
    static Map<String, String> withId(Type type, Map<String, String> notes) {
        if (type.getId() == null) {
            return notes;
        }
        Map<String, String> metadata = new HashMap<>(notes);
        metadata.put(FieldNotes.FIELD_ID, String.valueOf(type.getId().intValue()));
        return metadata;
    }

    private static boolean holdsOneRepeated(GroupType group) {
        return group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
    }

    private static int fieldCount(Type type) {
        return type.isPrimitive() ? 0 : type.asGroupType().getFieldCount();
    }
}
