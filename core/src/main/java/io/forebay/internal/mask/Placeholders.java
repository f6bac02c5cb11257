// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.ForebayException;
import io.forebay.internal.dictionary.Dictionaries;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;

/** What stands in for the values of rows that cannot be read: nulls, or zeros and nothing where a field has no nulls. */
final class Placeholders {
    private static final byte[] NOTHING = new byte[0];

    private Placeholders() {}

    /** A column of {@code rows} rows, which the caller owns. */
    static FieldVector of(Field column, int rows, BufferAllocator allocator) {
        FieldVector vector = Dictionaries.plain(column).createVector(allocator);
        try {
            fill(vector, rows);
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
        return column.getDictionary() == null ? vector : Dictionaries.encode(vector, column, allocator);
    }

    private static void fill(FieldVector vector, int rows) {
        vector.setInitialCapacity(rows);
        vector.allocateNew();
        if (vector instanceof BaseVariableWidthViewVector views) {
            views.zeroVector(); // a view of a null is looked at, too; other buffers are zeroed when they are allocated
        } else if (vector instanceof StructVector struct) {
            struct.getChildrenFromFields().forEach(child -> fill(child, rows));
        } else if (vector instanceof FixedSizeListVector list) {
            fill(list.getDataVector(), Math.multiplyExact(rows, list.getListSize()));
        }
        if (!vector.getField().isNullable()) {
            for (int row = 0; row < rows; row++) {
                setToNothing(vector, row);
            }
        }
        vector.setValueCount(rows);
    }

    /** A value that is not null. */
    private static void setToNothing(FieldVector vector, int row) {
        if (vector instanceof BaseFixedWidthVector fixed) {
            fixed.setIndexDefined(row);
        } else if (vector instanceof BaseVariableWidthVector bytes) {
            bytes.setSafe(row, NOTHING);
        } else if (vector instanceof BaseLargeVariableWidthVector bytes) {
            bytes.setSafe(row, NOTHING);
        } else if (vector instanceof BaseVariableWidthViewVector bytes) {
            bytes.setSafe(row, NOTHING);
        } else if (vector instanceof StructVector struct) {
            struct.setIndexDefined(row);
        } else if (vector instanceof FixedSizeListVector list) {
            list.setNotNull(row);
        } else if (vector instanceof LargeListVector list) {
            list.startNewValue(row);
            list.endValue(row, 0);
        } else if (vector instanceof ListVector list) {
            list.startNewValue(row);
            list.endValue(row, 0);
        } else {
            throw ForebayException.unsupported("bad rows can be masked in columns of known layouts only: type="
                    + vector.getField().getType());
        }
    }
}
