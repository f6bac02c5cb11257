// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.text;

import com.fasterxml.jackson.core.JsonGenerator;
import io.forebay.DictionaryVector;
import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.ListCells;
import io.forebay.internal.memory.RawMemory;
import io.forebay.spi.FieldNotes;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** Cells of Arrow vectors as JSON values. */
public final class JsonCells {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private JsonCells() {}

    /** Writes the value of one row: scalars, lists, structs and maps. */
    public static void write(JsonGenerator json, FieldVector vector, int row) throws IOException {
        if (vector.isNull(row)) {
            json.writeNull();
            return;
        }
        if (vector instanceof DictionaryVector encoded) {
            write(json, encoded.values(), encoded.get(row));
            return;
        }
        switch (vector.getField().getType().getTypeID()) {
            case Bool -> json.writeBoolean(((BitVector) vector).get(row) != 0);
            case Int -> writeInteger(json, vector, row);
            case FloatingPoint -> writeFloating(json, vector, row);
            case Utf8, LargeUtf8, Utf8View -> json.writeString(text(vector, row));
            case Struct -> writeStruct(json, vector, row);
            case Map -> writeMap(json, (MapVector) vector, row);
            case List, LargeList, FixedSizeList -> writeList(json, vector, row);
            case Interval -> writeInterval(json, (IntervalMonthDayNanoVector) vector, row);
            default -> json.writeString(scalarText(vector, row));
        }
    }

    /** A non-null scalar that JSON has as a string: decimals, binary, dates and times. */
    public static String scalarText(FieldVector vector, int row) {
        if (vector instanceof DictionaryVector encoded) {
            return scalarText(encoded.values(), encoded.get(row));
        }
        Field field = vector.getField();
        return switch (field.getType().getTypeID()) {
            case Decimal -> decimal(vector, row).toPlainString();
            case Binary, LargeBinary, BinaryView, FixedSizeBinary -> binaryText(field, ByteCells.get(vector, row));
            case Date, Time, Timestamp -> TimeText.of(field, IntegerCells.get(vector, row));
            case Utf8, LargeUtf8, Utf8View -> text(vector, row);
            default -> String.valueOf(vector.getObject(row));
        };
    }

    /** A non-null scalar of any type as text, numbers as they read in JSON. */
    public static String anyText(FieldVector vector, int row) {
        if (vector instanceof DictionaryVector) {
            return scalarText(vector, row);
        }
        return switch (vector.getField().getType().getTypeID()) {
            case Bool -> String.valueOf(((BitVector) vector).get(row) != 0);
            case Int -> {
                long value = IntegerCells.get(vector, row);
                yield IntegerCells.isUnsigned(vector) ? Long.toUnsignedString(value) : Long.toString(value);
            }
            case FloatingPoint ->
                vector instanceof Float2Vector halves
                        ? HalfText.shortest(halves.get(row)).replace("\"", "")
                        : String.valueOf(vector.getObject(row));
            default -> scalarText(vector, row);
        };
    }

    public static BigDecimal decimal(FieldVector vector, int row) {
        return vector instanceof DecimalVector decimals
                ? decimals.getObject(row)
                : ((Decimal256Vector) vector).getObject(row);
    }

    private static String text(FieldVector vector, int row) {
        return new String(ByteCells.get(vector, row), StandardCharsets.UTF_8);
    }

    private static String binaryText(Field field, byte[] bytes) {
        if (FieldNotes.has(field, FieldNotes.UUID)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong()).toString();
        }
        return Base64.getEncoder().encodeToString(bytes);
    }

    private static void writeInteger(JsonGenerator json, FieldVector vector, int row) throws IOException {
        long value = IntegerCells.get(vector, row);
        boolean unsigned = !((ArrowType.Int) vector.getField().getType()).getIsSigned();
        if (unsigned && value < 0) {
            json.writeNumber(Long.toUnsignedString(value));
        } else {
            json.writeNumber(value);
        }
    }

    private static void writeFloating(JsonGenerator json, FieldVector vector, int row) throws IOException {
        if (vector instanceof Float8Vector doubles) {
            writeDouble(json, doubles.get(row));
            return;
        }
        if (vector instanceof Float4Vector floats) {
            writeFloat(json, floats.get(row));
        } else {
            json.writeNumber(HalfText.shortest(((Float2Vector) vector).get(row)));
        }
    }

    /** A number in the shortest form that reads back, or a string where JSON has no number for it. */
    public static void writeDouble(JsonGenerator json, double value) throws IOException {
        if (Double.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeString(Double.toString(value));
        }
    }

    /** As {@link #writeDouble}, at 32 bits. */
    public static void writeFloat(JsonGenerator json, float value) throws IOException {
        if (Float.isFinite(value)) {
            json.writeNumber(value);
        } else {
            json.writeString(Float.toString(value));
        }
    }

    private static void writeStruct(JsonGenerator json, FieldVector struct, int row) throws IOException {
        json.writeStartObject();
        for (FieldVector child : struct.getChildrenFromFields()) {
            json.writeFieldName(child.getName());
            write(json, child, row);
        }
        json.writeEndObject();
    }

    private static void writeList(JsonGenerator json, FieldVector list, int row) throws IOException {
        FieldVector elements = list.getChildrenFromFields().get(0);
        json.writeStartArray();
        int end = ListCells.end(list, row);
        for (int i = ListCells.start(list, row); i < end; i++) {
            write(json, elements, i);
        }
        json.writeEndArray();
    }

    private static void writeMap(JsonGenerator json, MapVector map, int row) throws IOException {
        List<FieldVector> entry = map.getDataVector().getChildrenFromFields();
        json.writeStartArray();
        for (int i = map.getElementStartIndex(row); i < map.getElementEndIndex(row); i++) {
            json.writeStartObject();
            json.writeFieldName("key");
            write(json, entry.get(0), i);
            json.writeFieldName("value");
            write(json, entry.get(1), i);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeInterval(JsonGenerator json, IntervalMonthDayNanoVector vector, int row)
            throws IOException {
        long address = vector.getDataBufferAddress() + (long) row * IntervalMonthDayNanoVector.TYPE_WIDTH;
        boolean unsigned = FieldNotes.has(vector.getField(), FieldNotes.UNSIGNED);
        long nanos = RawMemory.getLong(address + 8);
        json.writeStartObject();
        json.writeNumberField("months", number(RawMemory.getInt(address), unsigned));
        json.writeNumberField("days", number(RawMemory.getInt(address + 4), unsigned));
        json.writeNumberField("millis", nanos / NANOS_PER_MILLI);
        if (nanos % NANOS_PER_MILLI != 0) {
            json.writeNumberField("nanos", nanos % NANOS_PER_MILLI);
        }
        json.writeEndObject();
    }

    private static long number(int bits, boolean unsigned) {
        return unsigned ? Integer.toUnsignedLong(bits) : bits;
    }
}
