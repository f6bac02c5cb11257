// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.DictionaryVector;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.dictionary.ValueTable;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Builds a column of indices into a dictionary: the one of all vectors, or, where these have different ones, one of the values
 * that occur.
 */
final class EncodedColumnBuilder extends ColumnBuilder.Flat {
    private final Field column;

    /** The dictionary of all rows so far, as long as there is one. */
    private @Nullable FieldVector common;

    private @Nullable ValueTable merged;

    EncodedColumnBuilder(Field column, BufferAllocator allocator, int capacity) {
        super(column, allocator, capacity, Integer.BYTES);
        this.column = column;
    }

    @Override
    public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
        int start = rows;
        super.append(source, selected, from, count);
        FieldVector values = ((DictionaryVector) source).values();
        if (common == null && merged == null) {
            common = Dictionaries.plain(column).createVector(allocator);
            Dictionaries.share(values, common);
        }
        if (common != null && !Dictionaries.areSame(values, common)) {
            merged = new ValueTable(Math.min(rows, values.getValueCount()), 0, allocator);
            translate(0, start, common, merged);
            common.close();
            common = null;
        }
        if (merged != null) {
            translate(start, rows, values, merged);
        }
    }

    /** Makes the indices of rows {@code [from, to)} into {@code values} those into {@code table}. */
    private void translate(int from, int to, FieldVector values, ValueTable table) {
        long validity = buffers.get(0).memoryAddress();
        long indices = buffers.get(1).memoryAddress();
        long data = values.getDataBufferAddress();
        long offsets = values.getOffsetBufferAddress();
        int[] numbers = new int[values.getValueCount()];
        Arrays.fill(numbers, -1);
        for (int row = from; row < to; row++) {
            if (Bits.get(validity, row)) {
                long at = indices + (long) Integer.BYTES * row;
                int index = RawMemory.getInt(at);
                if (numbers[index] < 0) {
                    long start = offsets + (long) Integer.BYTES * index;
                    numbers[index] = table.add(data, RawMemory.getInt(start), RawMemory.getInt(start + Integer.BYTES));
                }
                RawMemory.putInt(at, numbers[index]);
            }
        }
    }

    @Override
    void load(FieldVector vector) {
        super.load(vector);
        FieldVector values = ((DictionaryVector) vector).values();
        if (merged != null) {
            merged.fill(values);
        } else if (common != null) {
            Dictionaries.share(common, values);
        }
    }

    @Override
    public void close() {
        super.close();
        if (common != null) {
            common.close();
            common = null;
        }
        if (merged != null) {
            merged.close();
            merged = null;
        }
    }
}
