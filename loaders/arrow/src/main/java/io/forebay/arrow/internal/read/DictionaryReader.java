// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.DamagedRowsException;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.IntegerCells;
import io.forebay.spi.RowRange;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.VectorAppender;
import org.jspecify.annotations.Nullable;

/** A dictionary-encoded column as its values. The dictionary is read when the first value is needed, and kept. */
final class DictionaryReader implements ColumnReader {
    private final NullReader nulls;
    private final BufferBytes indices;
    private final ArrowType.Int indexType;
    private final Field valueField;
    private final List<Part> parts;
    private final long unitRows;
    private final BufferAllocator allocator;
    private @Nullable FieldVector dictionary;
    private int[] rowIndices = new int[0];

    /** A batch of the dictionary's values. */
    record Part(ColumnReader values, int size) {}

    /**
     * @param valueField the logical column of the dictionary's values
     * @param parts the batches whose values, one after the other, are the dictionary
     * @param unitRows rows of the record batch, none of which can be read without the dictionary
     */
    DictionaryReader(
            NullReader nulls,
            BufferBytes indices,
            ArrowType.Int indexType,
            Field valueField,
            List<Part> parts,
            long unitRows) {
        this.nulls = nulls;
        this.indices = indices;
        this.indexType = indexType;
        this.valueField = valueField;
        this.parts = parts;
        this.unitRows = unitRows;
        this.allocator = indices.allocator;
    }

    @Override
    public void read(int rows, FieldVector target) {
        FieldVector values = dictionary();
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf raw = indices.take((long) rows * indexType.getBitWidth() / 8);
                ArrowBuf present = allocator.buffer(Bits.bytes(rows))) {
            Bits.fill(present.memoryAddress(), 0, rows, true);
            if (nulls.hadNulls()) {
                Bits.copy(validity.memoryAddress(), 0, present.memoryAddress(), 0, rows);
            }
            lookUp(rows, raw.memoryAddress(), present.memoryAddress(), values);
            Gather.into(target, values, rowIndices, rows, present);
        }
    }

    /** Checks the rows' indices; rows whose value is null become null, and have index 0. */
    private void lookUp(int rows, long raw, long present, FieldVector values) {
        if (rowIndices.length < rows) {
            rowIndices = new int[rows];
        }
        int size = values.getValueCount();
        boolean valuesHaveNulls = values.getNullCount() > 0;
        int width = indexType.getBitWidth() / 8;
        for (int row = 0; row < rows; row++) {
            rowIndices[row] = 0;
            if (!Bits.get(present, row)) {
                continue;
            }
            long index = IntegerCells.get(raw, width, !indexType.getIsSigned(), row);
            if (index < 0 || index >= size) {
                throw ForebayException.corrupt(
                        "an index must lie within its dictionary: index=" + index + ", values=" + size);
            }
            if (valuesHaveNulls && values.isNull((int) index)) {
                Bits.set(present, row, false);
            } else {
                rowIndices[row] = (int) index;
            }
        }
    }

    private FieldVector dictionary() {
        if (dictionary == null) {
            FieldVector all = valueField.createVector(allocator);
            try {
                for (int i = 0; i < parts.size(); i++) {
                    append(parts.get(i), all, i == 0);
                }
            } catch (ForebayException e) {
                all.close();
                throw e.kind() == Kind.CORRUPT || e.kind() == Kind.UNSUPPORTED
                        ? new DamagedRowsException(e, new RowRange(0, unitRows))
                        : e;
            } catch (RuntimeException | Error e) {
                all.close();
                throw e;
            }
            dictionary = all;
        }
        return dictionary;
    }

    private void append(Part part, FieldVector all, boolean isFirst) {
        if (isFirst) {
            part.values.read(part.size, all);
            return;
        }
        try (FieldVector more = valueField.createVector(allocator)) {
            part.values.read(part.size, more);
            more.accept(new VectorAppender(all), null);
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        indices.skip(rows * indexType.getBitWidth() / 8);
    }

    @Override
    public void close() {
        parts.forEach(part -> part.values.close());
        if (dictionary != null) {
            dictionary.close();
            dictionary = null;
        }
    }
}
