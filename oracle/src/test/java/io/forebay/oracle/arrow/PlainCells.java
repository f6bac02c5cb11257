// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle.arrow;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import io.forebay.internal.memory.IntegerCells;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.complex.BaseListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;

/**
 * Cells as plain objects: whole numbers, days and ticks as big integers, decimals as their unscaled value, binary in
 * hexadecimal, lists and maps as lists, structs as maps. Slow and plain.
 */
final class PlainCells {
    private PlainCells() {}

    /** The cells of every column, in the order of the schema. */
    static List<List<Object>> read(Dataset dataset) {
        List<List<Object>> columns = new ArrayList<>();
        dataset.schema().getFields().forEach(field -> columns.add(new ArrayList<>()));
        try (BatchStream stream = dataset.stream()) {
            for (Batch batch : stream) {
                try (batch) {
                    for (int i = 0; i < columns.size(); i++) {
                        for (int row = 0; row < batch.rows(); row++) {
                            columns.get(i).add(of(batch.columns().get(i), row));
                        }
                    }
                }
            }
        }
        return columns;
    }

    static Object interval(int months, int days, long nanos) {
        return List.of("interval", months, days, nanos);
    }

    static Object of(FieldVector vector, int row) {
        if (vector.isNull(row)) {
            return null;
        }
        ArrowType type = vector.getField().getType();
        return switch (type.getTypeID()) {
            case Bool -> ((BitVector) vector).get(row) == 1;
            case Int, Date, Time, Timestamp, Duration -> integer(vector, row);
            case Decimal ->
                vector instanceof DecimalVector decimals
                        ? decimals.getObject(row).unscaledValue()
                        : ((Decimal256Vector) vector).getObject(row).unscaledValue();
            case FloatingPoint ->
                vector instanceof Float4Vector floats
                        ? (Object) (double) floats.get(row)
                        : (Object) ((Float8Vector) vector).get(row);
            case Utf8 -> vector.getObject(row).toString();
            case Binary -> hex(((BaseVariableWidthVector) vector).get(row));
            case FixedSizeBinary -> hex(((FixedSizeBinaryVector) vector).get(row));
            case Interval -> {
                IntervalMonthDayNanoVector intervals = (IntervalMonthDayNanoVector) vector;
                yield interval(
                        IntervalMonthDayNanoVector.getMonths(intervals.getDataBuffer(), row),
                        IntervalMonthDayNanoVector.getDays(intervals.getDataBuffer(), row),
                        IntervalMonthDayNanoVector.getNanoseconds(intervals.getDataBuffer(), row));
            }
            case List, FixedSizeList -> elements((BaseListVector) vector, row);
            case Map -> {
                List<Object> entries = new ArrayList<>();
                for (Object entry : elements((BaseListVector) vector, row)) {
                    entries.add(new ArrayList<>(((Map<?, ?>) entry).values()));
                }
                yield entries;
            }
            case Struct -> {
                Map<String, Object> struct = new LinkedHashMap<>();
                vector.getChildrenFromFields().forEach(child -> struct.put(child.getName(), of(child, row)));
                yield struct;
            }
            default -> throw new IllegalArgumentException("unknown type: " + type);
        };
    }

    private static BigInteger integer(FieldVector vector, int row) {
        long value = IntegerCells.get(vector, row);
        return IntegerCells.isUnsigned(vector)
                ? new BigInteger(Long.toUnsignedString(value))
                : BigInteger.valueOf(value);
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().withUpperCase().formatHex(bytes);
    }

    private static List<Object> elements(BaseListVector list, int row) {
        FieldVector elements = list.getChildrenFromFields().get(0);
        List<Object> values = new ArrayList<>();
        for (int i = list.getElementStartIndex(row); i < list.getElementEndIndex(row); i++) {
            values.add(of(elements, i));
        }
        return values;
    }
}
