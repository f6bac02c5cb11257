// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.ForebayException;
import io.forebay.internal.Runs;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Builds a column of lists of a fixed size: the elements in a builder of their own. */
final class FixedSizeListBuilder extends ColumnBuilder.Raw {
    private final int size;
    private final ColumnBuilder elements;

    FixedSizeListBuilder(FixedSizeListVector sample, Field field, BufferAllocator allocator, int capacity) {
        super(field, allocator, capacity);
        this.size = sample.getListSize();
        FieldVector values = sample.getDataVector();
        try {
            this.elements = like(values, values.getField(), allocator, elementsOf(sample, values, capacity));
        } catch (RuntimeException e) {
            close(); // a builder that cannot be made is nobody's to close
            throw e;
        }
    }

    /** How many elements so many lists have. */
    private int elements(int lists) {
        if ((long) lists * size > Integer.MAX_VALUE) {
            throw ForebayException.limit(
                    "a batch holds at most 2^31 - 1 elements of one column's lists: elements=" + (long) lists * size);
        }
        return lists * size;
    }

    @Override
    public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
        elements(rows + count);
        appendValidity(source, selected, from, count);
        FieldVector values = ((FixedSizeListVector) source).getDataVector();
        // Elements of rows that follow each other go over together.
        for (int i = 0; i < count; ) {
            int first = selected == null ? from : selected[from + i];
            int run = selected == null ? count : Runs.length(selected, from + i, from + count);
            elements.append(values, null, elements(first), elements(run));
            i += run;
        }
        rows += count;
    }

    @Override
    public boolean isNullFree() {
        return super.isNullFree() && elements.isNullFree();
    }

    @Override
    public void expectNullFree(boolean value) {
        super.expectNullFree(value);
        elements.expectNullFree(value);
    }

    @Override
    void load(FieldVector vector) {
        super.load(vector);
        elements.load(((FixedSizeListVector) vector).getDataVector());
    }

    @Override
    public void close() {
        super.close();
        if (elements != null) {
            elements.close();
        }
    }
}
