// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.TensorSpec.Element;
import java.util.List;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** The Arrow types of tensor elements. */
public final class ElementTypes {
    private ElementTypes() {}

    public static ArrowType of(Element element) {
        return switch (element) {
            case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
            case INT8 -> new ArrowType.Int(8, true);
            case INT16 -> new ArrowType.Int(16, true);
            case INT32 -> new ArrowType.Int(32, true);
            case INT64 -> new ArrowType.Int(64, true);
            case UINT8 -> new ArrowType.Int(8, false);
            case BOOL -> new ArrowType.Bool();
            case STRING -> new ArrowType.Utf8();
        };
    }

    /** A column of lists of {@code width} values each, without nulls. */
    public static Field lists(String name, ArrowType type, int width) {
        FieldType lists = FieldType.notNullable(new ArrowType.FixedSizeList(width));
        return new Field(name, lists, List.of(Field.notNullable("element", type)));
    }
}
