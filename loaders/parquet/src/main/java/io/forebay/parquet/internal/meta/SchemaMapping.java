// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.meta;

import java.util.List;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;

/** The Arrow schema of a Parquet schema, with the format's backward-compatibility rules for lists and maps. */
public final class SchemaMapping {
    private SchemaMapping() {}

    public static Schema arrowSchema(MessageType message) {
        return new Schema(message.getFields().stream().map(SchemaMapping::field).toList());
    }

    /** True for a top-level column that is one value a row: a primitive that does not repeat. */
    public static boolean isFlat(Type type) {
        return type.isPrimitive() && !type.isRepetition(Type.Repetition.REPEATED);
    }

    private static Field field(Type type) {
        if (type.isRepetition(Type.Repetition.REPEATED)) {
            Field element = withNullable(element(type), false);
            return new Field(type.getName(), FieldType.notNullable(new ArrowType.List()), List.of(element));
        }
        return element(type);
    }

    /** The field of one value of a type, whether or not it repeats. */
    private static Field element(Type type) {
        if (type.isPrimitive()) {
            return FlatColumn.of(type.asPrimitiveType()).field();
        }
        GroupType group = type.asGroupType();
        var annotation = group.getLogicalTypeAnnotation();
        if (annotation instanceof ListLogicalTypeAnnotation && holdsOneRepeated(group)) {
            return list(group);
        }
        boolean map = annotation instanceof MapLogicalTypeAnnotation || annotation instanceof MapKeyValueTypeAnnotation;
        if (map && holdsOneRepeated(group) && isEntry(group.getType(0))) {
            return map(group);
        }
        return new Field(
                group.getName(),
                fieldType(group, new ArrowType.Struct()),
                group.getFields().stream().map(SchemaMapping::field).toList());
    }

    private static Field list(GroupType group) {
        Type repeated = group.getType(0);
        boolean repeatedIsElement = repeated.isPrimitive()
                || repeated.asGroupType().getFieldCount() != 1
                || repeated.getName().equals("array")
                || repeated.getName().equals(group.getName() + "_tuple")
                || repeated.asGroupType().getType(0).isRepetition(Type.Repetition.REPEATED);
        Field element = repeatedIsElement
                ? withNullable(element(repeated), false)
                : field(repeated.asGroupType().getType(0));
        return new Field(group.getName(), fieldType(group, new ArrowType.List()), List.of(element));
    }

    private static Field map(GroupType group) {
        GroupType entry = group.getType(0).asGroupType();
        Field entries = new Field(
                MapVector.DATA_VECTOR_NAME,
                FieldType.notNullable(new ArrowType.Struct()),
                List.of(withNullable(field(entry.getType(0)), false), field(entry.getType(1))));
        return new Field(group.getName(), fieldType(group, new ArrowType.Map(false)), List.of(entries));
    }

    private static boolean holdsOneRepeated(GroupType group) {
        return group.getFieldCount() == 1 && group.getType(0).isRepetition(Type.Repetition.REPEATED);
    }

    private static boolean isEntry(Type repeated) {
        return !repeated.isPrimitive() && repeated.asGroupType().getFieldCount() == 2;
    }

    private static FieldType fieldType(GroupType group, ArrowType type) {
        return new FieldType(!group.isRepetition(Type.Repetition.REQUIRED), type, null);
    }

    private static Field withNullable(Field field, boolean nullable) {
        FieldType type = field.getFieldType();
        return new Field(
                field.getName(),
                new FieldType(nullable, type.getType(), type.getDictionary(), type.getMetadata()),
                field.getChildren());
    }
}
