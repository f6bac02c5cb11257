// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TypeNames;
import io.forebay.spi.DataFile;
import io.forebay.spi.FieldNotes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The columns of all files of a data set: those of the first file, then what later ones add. Columns are the same if they have
 * the same field id, or the same name where one of them has no id; their type is the narrowest that holds all their values.
 */
final class SchemaUnion {
    private SchemaUnion() {}

    static Schema of(List<DataFile> files) {
        Schema first = files.get(0).schema();
        List<Field> fields = first.getFields();
        Schema last = first;
        for (DataFile file : files) {
            Schema schema = file.schema();
            if (!schema.getFields().equals(last.getFields())) {
                fields = union(fields, schema.getFields(), "", file, files.get(0));
                last = schema;
            }
        }
        return fields == first.getFields() ? first : new Schema(fields, first.getCustomMetadata());
    }

    /** The one of {@code fields} that is the same column as {@code wanted}, or null. */
    static @Nullable Field match(Field wanted, List<Field> fields) {
        for (Field field : fields) {
            if (isSame(wanted, field)) {
                return field;
            }
        }
        return null;
    }

    private static boolean isSame(Field a, Field b) {
        String left = a.getMetadata().get(FieldNotes.FIELD_ID);
        String right = b.getMetadata().get(FieldNotes.FIELD_ID);
        return (left == null || right == null) ? a.getName().equals(b.getName()) : left.equals(right);
    }

    private static List<Field> union(
            List<Field> known, List<Field> others, String prefix, DataFile file, DataFile firstFile) {
        List<Field> union = new ArrayList<>();
        for (Field field : known) {
            Field other = match(field, others);
            union.add(other == null ? nullable(field) : common(field, other, prefix, file, firstFile));
        }
        for (Field other : others) {
            if (match(other, known) == null) {
                requireNewName(union, other, prefix, file);
                union.add(nullable(other));
            }
        }
        return union;
    }

    private static void requireNewName(List<Field> union, Field added, String prefix, DataFile file) {
        for (Field field : union) {
            if (field.getName().equals(added.getName())) {
                throw ForebayException.unsupported("columns of one name must have one field id: ids="
                                + field.getMetadata().get(FieldNotes.FIELD_ID) + " and "
                                + added.getMetadata().get(FieldNotes.FIELD_ID))
                        .at(Place.of(file.storageObject().uri()).withColumn(prefix + added.getName()));
            }
        }
    }

    private static Field nullable(Field field) {
        return field.isNullable() ? field : with(field, field.getType(), true, field.getChildren());
    }

    private static Field with(Field field, ArrowType type, boolean nullable, List<Field> children) {
        return new Field(field.getName(), new FieldType(nullable, type, null, field.getMetadata()), children);
    }

    private static Field common(Field a, Field b, String prefix, DataFile file, DataFile firstFile) {
        if (a.equals(b)) {
            return a;
        }
        boolean nullable = a.isNullable() || b.isNullable();
        if (a.getType() instanceof ArrowType.Null) {
            return with(a, b.getType(), true, b.getChildren());
        }
        if (b.getType() instanceof ArrowType.Null) {
            return nullable(a);
        }
        ArrowType type = commonType(a, b);
        boolean sameMeaning = Objects.equals(
                a.getMetadata().get(FieldNotes.KEY), b.getMetadata().get(FieldNotes.KEY));
        if (type == null || !sameMeaning) {
            throw ForebayException.unsupported("a column must have types that one type holds: types=" + TypeNames.of(a)
                            + " and " + TypeNames.of(b) + ", first file="
                            + firstFile.storageObject().uri())
                    .at(Place.of(file.storageObject().uri()).withColumn(prefix + a.getName()));
        }
        String below = prefix + a.getName() + ".";
        List<Field> children = a.getType() instanceof ArrowType.Struct
                ? union(a.getChildren(), b.getChildren(), below, file, firstFile)
                : sameOrder(a.getChildren(), b.getChildren(), a.getType(), below, file, firstFile);
        return with(a, type, nullable, children);
    }

    private static @Nullable ArrowType commonType(Field a, Field b) {
        if (a.getChildren().isEmpty() && b.getChildren().isEmpty()) {
            return CommonType.of(a.getType(), b.getType());
        }
        boolean alike = a.getType().equals(b.getType())
                && !(a.getType() instanceof ArrowType.Union)
                && (a.getType() instanceof ArrowType.Struct
                        || a.getChildren().size() == b.getChildren().size());
        return alike ? a.getType() : null;
    }

    /** The children of a list or map: one, or key and value, whatever they are called. */
    private static List<Field> sameOrder(
            List<Field> a, List<Field> b, ArrowType parent, String prefix, DataFile file, DataFile firstFile) {
        List<Field> common = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            Field left = a.get(i);
            Field right = b.get(i);
            common.add(
                    parent instanceof ArrowType.Map
                            ? with(
                                    left,
                                    left.getType(),
                                    false,
                                    sameOrder(
                                            left.getChildren(),
                                            right.getChildren(),
                                            left.getType(),
                                            prefix,
                                            file,
                                            firstFile))
                            : common(left, right, prefix, file, firstFile));
        }
        return common;
    }
}
