// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.internal.filter.BoundFilter.ColumnReference;
import io.forebay.internal.memory.ByteCells;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.internal.memory.RawMemory;
import java.math.BigDecimal;
import java.util.function.IntFunction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.ArrowBufPointer;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;

/** The values of a filter's column in one batch, compared a batch at a time. */
final class ColumnValues {
    private final FieldVector[] ancestors;
    private final FieldVector vector;

    private ColumnValues(FieldVector[] ancestors, FieldVector vector) {
        this.ancestors = ancestors;
        this.vector = vector;
    }

    static ColumnValues of(ColumnReference column, IntFunction<FieldVector> vectorOfColumn) {
        FieldVector vector = vectorOfColumn.apply(column.column());
        FieldVector[] ancestors = new FieldVector[column.children().size()];
        for (int depth = 0; depth < ancestors.length; depth++) {
            ancestors[depth] = vector;
            vector = vector.getChildrenFromFields().get(column.children().get(depth));
        }
        return new ColumnValues(ancestors, vector);
    }

    /** 1 for each row that has a value, 0 for each null, in a new array. */
    byte[] validity(int rows) {
        byte[] valid = new byte[rows];
        for (int row = 0; row < rows; row++) {
            valid[row] = (byte) (vector.isNull(row) ? 0 : 1);
        }
        for (FieldVector ancestor : ancestors) {
            for (int row = 0; row < rows; row++) {
                valid[row] &= (byte) (ancestor.isNull(row) ? 0 : 1);
            }
        }
        return valid;
    }

    /** The sign of each value's comparison to {@code literal}; of null rows it means nothing. */
    byte[] compareTo(ColumnDomain domain, Object literal, int rows) {
        byte[] signs = new byte[rows];
        switch (domain) {
            case SIGNED -> compareLongs((Long) literal, 0, signs);
            case UNSIGNED -> compareLongs((Long) literal, Long.MIN_VALUE, signs);
            case FLOATING -> compareDoubles((Double) literal, signs);
            case DECIMAL -> compareDecimals((BigDecimal) literal, signs);
            case BYTES -> compareBytes((byte[]) literal, signs);
            case BOOLEAN -> {
                int expected = (Boolean) literal ? 1 : 0;
                for (int row = 0; row < rows; row++) {
                    signs[row] = (byte) (vector.isNull(row) ? 0 : ((BitVector) vector).get(row) - expected);
                }
            }
        }
        return signs;
    }

    /** Compares integers of any width; flipping the sign bit of both sides makes the comparison unsigned. */
    private void compareLongs(long literal, long flip, byte[] signs) {
        long address = vector.getDataBufferAddress();
        long bound = literal ^ flip;
        boolean unsigned = flip != 0;
        int width = ((BaseFixedWidthVector) vector).getTypeWidth();
        for (int row = 0; row < signs.length; row++) {
            signs[row] = (byte) Long.compare(IntegerCells.get(address, width, unsigned, row) ^ flip, bound);
        }
    }

    private void compareDoubles(double literal, byte[] signs) {
        for (int row = 0; row < signs.length; row++) {
            signs[row] = (byte) ColumnDomain.compareDoubles(doubleAt(row), literal);
        }
    }

    private double doubleAt(int row) {
        if (vector.isNull(row)) {
            return 0;
        }
        if (vector instanceof Float8Vector doubles) {
            return doubles.get(row);
        }
        return vector instanceof Float4Vector floats ? floats.get(row) : ((Float2Vector) vector).getValueAsFloat(row);
    }

    private void compareDecimals(BigDecimal literal, byte[] signs) {
        for (int row = 0; row < signs.length; row++) {
            if (!vector.isNull(row)) {
                BigDecimal value = vector instanceof DecimalVector decimals
                        ? decimals.getObject(row)
                        : ((Decimal256Vector) vector).getObject(row);
                signs[row] = (byte) value.compareTo(literal);
            }
        }
    }

    private void compareBytes(byte[] literal, byte[] signs) {
        ArrowBufPointer cell = new ArrowBufPointer();
        for (int row = 0; row < signs.length; row++) {
            if (vector.isNull(row)) {
                continue;
            }
            if (vector instanceof BaseVariableWidthVector strings) {
                int start = strings.getOffsetBuffer().getInt(4L * row);
                int end = strings.getOffsetBuffer().getInt(4L * row + 4);
                signs[row] = sign(strings.getDataBuffer(), start, end - start, literal);
            } else { // of a fixed length, with 64-bit offsets, or views
                ByteCells.locate(vector, row, cell);
                signs[row] = sign(cell.getBuf(), cell.getOffset(), (int) cell.getLength(), literal);
            }
        }
    }

    private static byte sign(ArrowBuf bytes, long start, int length, byte[] literal) {
        long address = bytes.memoryAddress() + start;
        int common = Math.min(length, literal.length);
        for (int i = 0; i < common; i++) {
            int difference = (RawMemory.getByte(address + i) & 0xFF) - (literal[i] & 0xFF);
            if (difference != 0) {
                return (byte) Integer.signum(difference);
            }
        }
        return (byte) Integer.compare(length, literal.length);
    }
}
