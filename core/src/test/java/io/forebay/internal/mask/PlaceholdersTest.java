// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.DictionaryVector;
import io.forebay.internal.dictionary.Dictionaries;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
    private static final int ROWS = 11;
    private static final int PARTS = 40;
    private static final int VALUE_BYTES = 1 << 15;

    private static final List<ArrowType> FLAT = List.of(
            new ArrowType.Bool(),
            new ArrowType.Int(8, true),
            new ArrowType.Int(64, false),
            new ArrowType.FloatingPoint(FloatingPointPrecision.HALF),
            new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE),
            new ArrowType.Decimal(20, 2, 128),
            new ArrowType.Decimal(40, 2, 256),
            new ArrowType.Date(DateUnit.DAY),
            new ArrowType.Time(TimeUnit.MICROSECOND, 64),
            new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
            new ArrowType.FixedSizeBinary(5),
            new ArrowType.Utf8(),
            new ArrowType.Binary(),
            new ArrowType.LargeUtf8(),
            new ArrowType.LargeBinary(),
            new ArrowType.Utf8View(),
            new ArrowType.BinaryView());

    private final BufferAllocator allocator = new RootAllocator();

    /** Fails when a buffer is still held. */
    @AfterEach
    void close() {
        allocator.close();
    }

    private static Field field(boolean nullable, ArrowType type, Field... children) {
        return new Field("a", new FieldType(nullable, type, null), List.of(children));
    }

    @Test
    void nullWhereThereMayBeNullsElseAValue() {
        for (boolean nullable : List.of(true, false)) {
            for (ArrowType type : FLAT) {
                requireRows(field(nullable, type));
                requireRows(field(nullable, new ArrowType.List(), field(nullable, type)));
                requireRows(field(nullable, new ArrowType.LargeList(), field(nullable, type)));
                requireRows(field(nullable, new ArrowType.FixedSizeList(3), field(false, type)));
                requireRows(field(nullable, new ArrowType.Struct(), field(false, type)));
                Field entries = new Field(
                        MapVector.DATA_VECTOR_NAME,
                        new FieldType(false, new ArrowType.Struct(), null),
                        List.of(
                                new Field(MapVector.KEY_NAME, new FieldType(false, type, null), List.of()),
                                new Field(MapVector.VALUE_NAME, new FieldType(true, type, null), List.of())));
                requireRows(field(nullable, new ArrowType.Map(false), entries));
            }
        }
        requireRows(field(true, new ArrowType.Null()));
    }

    /** However often rows are bad between good ones: a part's memory, and its copy of a dictionary, is gone when the next one comes. */
    @Test
    void partsDoNotAddUp() {
        Field text = field(true, new ArrowType.Utf8());
        Field encoded = new Field(
                "a", new FieldType(true, new ArrowType.Utf8(), new DictionaryEncoding(1, false, null)), List.of());
        for (Field field : List.of(text, encoded)) {
            long before = allocator.getAllocatedMemory();
            try (BufferAllocator child = allocator.newChildAllocator("parts", 0, Long.MAX_VALUE)) {
                try (RowParts parts = new RowParts(field, 2 * PARTS, child)) {
                    for (int i = 0; i < PARTS; i++) {
                        parts.add(part(field, child));
                        parts.addBad(1);
                    }
                    try (FieldVector all = parts.finish()) {
                        assertThat(all.getValueCount()).isEqualTo(2 * PARTS);
                        assertThat(all.getNullCount()).isEqualTo(PARTS);
                    }
                }
                long kept = field.getDictionary() == null ? (long) PARTS * VALUE_BYTES : VALUE_BYTES;
                assertThat(child.getPeakMemoryAllocation()).isLessThan(3 * kept + 12L * VALUE_BYTES);
            }
            assertThat(allocator.getAllocatedMemory()).isEqualTo(before);
        }
    }

    /** One row with a long value. */
    private static FieldVector part(Field field, BufferAllocator child) {
        VarCharVector text = new VarCharVector("a", child);
        text.setSafe(0, new byte[VALUE_BYTES]);
        text.setValueCount(1);
        return field.getDictionary() == null ? text : Dictionaries.encode(text, field, child);
    }

    private void requireRows(Field field) {
        leaveDirtyMemory();
        try (FieldVector vector = Placeholders.of(field, ROWS, allocator);
                FieldVector joined = joined(field)) {
            requireRows(vector, ROWS);
            requireRows(joined, 2 * ROWS);
        }
    }

    private FieldVector joined(Field field) {
        try (RowParts parts = new RowParts(field, 2 * ROWS, allocator)) {
            parts.add(Placeholders.of(field, ROWS, allocator));
            parts.addBad(ROWS);
            return parts.finish();
        }
    }

    private void leaveDirtyMemory() {
        for (int bytes = 16; bytes <= 4096; bytes *= 2) {
            try (ArrowBuf buffer = allocator.buffer(bytes)) {
                buffer.setOne(0L, (long) bytes);
            }
        }
    }

    private static void requireRows(FieldVector vector, int rows) {
        if (vector instanceof BaseFixedWidthVector fixed && fixed.getTypeWidth() > 0) {
            for (int i = 0; i < rows * fixed.getTypeWidth(); i++) {
                assertThat(vector.getDataBuffer().getByte(i)).isZero();
            }
        }
        assertThat(vector.getValueCount()).isEqualTo(rows);
        assertThat(vector.getNullCount())
                .as("%s", vector.getField())
                .isEqualTo(vector.getField().isNullable() ? rows : 0);
        Object zero = null;
        for (int row = 0; row < rows; row++) {
            Object value = vector.getObject(row);
            assertThat(value == null).isEqualTo(vector.getField().isNullable());
            zero = row == 0 ? value : zero;
            assertThat(String.valueOf(value).replaceAll("@[0-9a-f]+", ""))
                    .isEqualTo(String.valueOf(zero).replaceAll("@[0-9a-f]+", ""));
        }
        if (vector.getField().getType() instanceof ArrowType.FixedSizeList
                || vector.getField().getType() instanceof ArrowType.Struct) {
            vector.getChildrenFromFields()
                    .forEach(child -> assertThat(child.getNullCount()).isZero());
        }
    }

    @Test
    void aColumnWithADictionary() {
        for (boolean nullable : List.of(true, false)) {
            Field field = Dictionaries.encoded(field(nullable, new ArrowType.Utf8()), 7);
            try (FieldVector vector = Placeholders.of(field, ROWS, allocator)) {
                assertThat(vector).isInstanceOf(DictionaryVector.class);
                assertThat(vector.getValueCount()).isEqualTo(ROWS);
                assertThat(vector.getNullCount()).isEqualTo(nullable ? ROWS : 0);
                try (FieldVector plain = Dictionaries.decode((DictionaryVector) vector)) {
                    assertThat(String.valueOf(plain.getObject(ROWS - 1))).isEqualTo(nullable ? "null" : "");
                }
            }
        }
    }
}
