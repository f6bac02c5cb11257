// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** The one vocabulary of type names in messages, schemas and profiles. */
public final class TypeNames {
    private TypeNames() {}

    /** The name of a field's type, such as {@code timestamp[us, UTC]} or {@code list<int32>}. */
    public static String of(Field field) {
        if (field.getDictionary() != null) {
            return "dictionary<" + of(field.getType(), field.getChildren()) + ">";
        }
        return of(field.getType(), field.getChildren());
    }

    private static String of(ArrowType type, List<Field> children) {
        return switch (type.getTypeID()) {
            case Bool -> "bool";
            case Int -> {
                ArrowType.Int integer = (ArrowType.Int) type;
                yield (integer.getIsSigned() ? "int" : "uint") + integer.getBitWidth();
            }
            case FloatingPoint -> floating(((ArrowType.FloatingPoint) type).getPrecision());
            case Decimal -> {
                ArrowType.Decimal decimal = (ArrowType.Decimal) type;
                yield "decimal(" + decimal.getPrecision() + "," + decimal.getScale() + ")";
            }
            case Utf8, LargeUtf8, Utf8View -> "utf8";
            case Binary, LargeBinary, BinaryView -> "binary";
            case FixedSizeBinary -> "fixed_size_binary(" + ((ArrowType.FixedSizeBinary) type).getByteWidth() + ")";
            case Date -> "date32";
            case Time -> {
                ArrowType.Time time = (ArrowType.Time) type;
                yield "time" + time.getBitWidth() + "[" + unit(time.getUnit()) + "]";
            }
            case Timestamp -> {
                ArrowType.Timestamp timestamp = (ArrowType.Timestamp) type;
                String zone = timestamp.getTimezone() == null ? "" : ", " + timestamp.getTimezone();
                yield "timestamp[" + unit(timestamp.getUnit()) + zone + "]";
            }
            case Duration -> "duration[" + unit(((ArrowType.Duration) type).getUnit()) + "]";
            case Interval -> "interval";
            case List, LargeList, ListView, LargeListView -> "list<" + of(children.get(0)) + ">";
            case FixedSizeList ->
                "fixed_size_list<" + of(children.get(0)) + ">[" + ((ArrowType.FixedSizeList) type).getListSize() + "]";
            case Struct ->
                "struct<"
                        + children.stream()
                                .map(child -> child.getName() + ": " + of(child))
                                .collect(Collectors.joining(", "))
                        + ">";
            case Map ->
                "map<" + of(children.get(0).getChildren().get(0)) + ", "
                        + of(children.get(0).getChildren().get(1)) + ">";
            case Null -> "null";
            default -> type.toString();
        };
    }

    private static String floating(FloatingPointPrecision precision) {
        return switch (precision) {
            case HALF -> "float16";
            case SINGLE -> "float32";
            case DOUBLE -> "float64";
        };
    }

    private static String unit(TimeUnit unit) {
        return switch (unit) {
            case SECOND -> "s";
            case MILLISECOND -> "ms";
            case MICROSECOND -> "us";
            case NANOSECOND -> "ns";
        };
    }
}
