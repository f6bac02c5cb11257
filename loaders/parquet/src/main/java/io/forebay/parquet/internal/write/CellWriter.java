// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.write;

import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.io.api.Binary;

/** Writes the values of one column of a batch to Parquet's column writer, a row at a time. */
abstract class CellWriter {
    final FieldVector vector;
    private final boolean nulls;

    /** The definition level of a value. */
    private final int defined;

    CellWriter(FieldVector vector) {
        this.vector = vector;
        this.nulls = vector.getNullCount() > 0;
        this.defined = vector.getField().isNullable() ? 1 : 0;
    }

    /** The writer for a vector of a type that {@link ArrowToParquet} maps. */
    static CellWriter of(FieldVector vector) {
        return switch (vector.getField().getType().getTypeID()) {
            case FixedSizeList -> new ListCells((FixedSizeListVector) vector);
            case Bool -> new BooleanCells(vector);
            case FloatingPoint -> floating(vector);
            case Utf8, LargeUtf8, Utf8View, Binary, LargeBinary, BinaryView -> new BytesCells(vector);
            case FixedSizeBinary -> new FixedCells(vector, ((FixedSizeBinaryVector) vector).getByteWidth(), false);
            case Decimal ->
                new FixedCells(vector, ((ArrowType.Decimal) vector.getField().getType()).getBitWidth() / 8, true);
            case Null -> new NullCells(vector);
            default -> new NumberCells(vector);
        };
    }

    private static CellWriter floating(FieldVector vector) {
        if (vector instanceof Float8Vector doubles) {
            return new DoubleCells(doubles);
        }
        return vector instanceof Float4Vector floats ? new FloatCells(floats) : new FixedCells(vector, 2, false);
    }

    /** Writes one row with its levels. */
    void write(ColumnWriter writer, int row) {
        if (nulls && vector.isNull(row)) {
            writer.writeNull(0, 0);
        } else {
            writeValue(writer, row, 0, defined);
        }
    }

    abstract void writeValue(ColumnWriter writer, int row, int repetition, int definition);

    private static final class NullCells extends CellWriter {
        NullCells(FieldVector vector) {
            super(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            writer.writeNull(repetition, 0);
        }
    }

    private static final class NumberCells extends CellWriter {
        private final long data;
        private final int width;
        private final boolean unsigned;

        NumberCells(FieldVector vector) {
            super(vector);
            this.data = vector.getDataBufferAddress();
            this.width = ((BaseFixedWidthVector) vector).getTypeWidth();
            this.unsigned = IntegerCells.isUnsigned(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            long value = IntegerCells.get(data, width, unsigned, row);
            if (width == 8) {
                writer.write(value, repetition, definition);
            } else {
                writer.write((int) value, repetition, definition);
            }
        }
    }

    private static final class DoubleCells extends CellWriter {
        DoubleCells(Float8Vector vector) {
            super(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            writer.write(RawMemory.getDouble(vector.getDataBufferAddress() + 8L * row), repetition, definition);
        }
    }

    private static final class FloatCells extends CellWriter {
        FloatCells(Float4Vector vector) {
            super(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            writer.write(RawMemory.getFloat(vector.getDataBufferAddress() + 4L * row), repetition, definition);
        }
    }

    private static final class BooleanCells extends CellWriter {
        BooleanCells(FieldVector vector) {
            super(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            writer.write(((BitVector) vector).get(row) != 0, repetition, definition);
        }
    }

    private static final class BytesCells extends CellWriter {
        BytesCells(FieldVector vector) {
            super(vector);
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            writer.write(Binary.fromConstantByteArray(ByteCells.get(vector, row)), repetition, definition);
        }
    }

    /** Fixed-length bytes; decimals are little-endian in Arrow and big-endian in Parquet. */
    private static final class FixedCells extends CellWriter {
        private final int width;
        private final boolean reversed;

        FixedCells(FieldVector vector, int width, boolean reversed) {
            super(vector);
            this.width = width;
            this.reversed = reversed;
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            byte[] value = new byte[width];
            RawMemory.copyToArray(vector.getDataBufferAddress() + (long) row * width, value, 0, width);
            for (int i = 0; reversed && i < width / 2; i++) {
                byte swapped = value[i];
                value[i] = value[width - 1 - i];
                value[width - 1 - i] = swapped;
            }
            writer.write(Binary.fromConstantByteArray(value), repetition, definition);
        }
    }

    /** Lists of one size as three-level lists. */
    private static final class ListCells extends CellWriter {
        private final CellWriter elements;
        private final int size;
        private final int listLevel;

        ListCells(FixedSizeListVector list) {
            super(list);
            this.elements = CellWriter.of(list.getDataVector());
            this.size = list.getListSize();
            this.listLevel = (list.getField().isNullable() ? 1 : 0) + 1;
        }

        @Override
        void writeValue(ColumnWriter writer, int row, int repetition, int definition) {
            if (size == 0) {
                writer.writeNull(0, listLevel - 1);
            }
            for (int i = 0; i < size; i++) {
                int element = row * size + i;
                int repeated = i == 0 ? 0 : 1;
                if (elements.vector.isNull(element)) {
                    writer.writeNull(repeated, listLevel);
                } else {
                    elements.writeValue(writer, element, repeated, listLevel + elements.defined);
                }
            }
        }
    }
}
