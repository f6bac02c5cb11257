// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.dictionary.Dictionaries;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.reader.FieldReader;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.types.Types.MinorType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.util.TransferPair;
import org.jspecify.annotations.Nullable;

/**
 * A column of 32-bit indices into a dictionary of its own: what {@link Dataset#dictionary} makes of a column. Its field is that
 * of the indices, with the encoding, as Arrow has it. The values belong to the vector and are closed with it; vectors of one
 * file may share their memory. Rows that are null have an index without meaning. Not thread-safe.
 */
public final class DictionaryVector extends BaseFixedWidthVector implements BaseIntVector {
    private final FieldVector values;

    /**
     * An empty vector without values.
     *
     * @param column a field whose type is that of the values, with an encoding
     */
    public DictionaryVector(Field column, BufferAllocator allocator) {
        super(Dictionaries.indexField(column), allocator, Integer.BYTES);
        this.values = Dictionaries.plain(column).createVector(allocator);
    }

    /** The dictionary: none of its values is null, and not all of them need be used. */
    public FieldVector values() {
        return values;
    }

    /** The same as Arrow has it, to decode or to write the column with Arrow's own means. */
    public Dictionary dictionary() {
        return new Dictionary(values, getField().getDictionary());
    }

    /** The index of a row that is not null. */
    public int get(int row) {
        return valueBuffer.getInt((long) Integer.BYTES * row);
    }

    /** The index of a row, or null. */
    @Override
    public @Nullable Integer getObject(int row) {
        return isNull(row) ? null : get(row);
    }

    @Override
    public long getValueAsLong(int row) {
        return get(row);
    }

    @Override
    public void setWithPossibleTruncate(int row, long index) {
        set(row, index);
    }

    @Override
    public void setUnsafeWithPossibleTruncate(int row, long index) {
        set(row, index);
    }

    private void set(int row, long index) {
        setIndexDefined(row);
        valueBuffer.setInt((long) Integer.BYTES * row, (int) index);
    }

    @Override
    public MinorType getMinorType() {
        return MinorType.INT;
    }

    /** A column of indices is read with {@link #get}, not through Arrow's reader of values. */
    @Override
    protected FieldReader getReaderImpl() {
        throw new UnsupportedOperationException("a vector of indices has no reader of values: column=" + getName());
    }

    /** A transfer of the indices to a vector that shares the values. */
    @Override
    public TransferPair getTransferPair(String name, BufferAllocator target) {
        return getTransferPair(new Field(name, getField().getFieldType(), null), target);
    }

    /** A transfer of the indices to a vector that shares the values. */
    @Override
    public TransferPair getTransferPair(Field field, BufferAllocator target) {
        return makeTransferPair(new DictionaryVector(Dictionaries.columnOf(field, values), target));
    }

    /** A transfer of the indices; of the values, too, to a vector that has some. */
    @Override
    public TransferPair makeTransferPair(ValueVector target) {
        return new Transfer(this, (BaseFixedWidthVector) target);
    }

    private record Transfer(DictionaryVector from, BaseFixedWidthVector to) implements TransferPair {
        @Override
        public void transfer() {
            from.transferTo(to);
            shareValues();
        }

        @Override
        public void splitAndTransfer(int start, int length) {
            from.splitAndTransferTo(start, length, to);
            shareValues();
        }

        private void shareValues() {
            if (to instanceof DictionaryVector encoded) {
                Dictionaries.share(from.values, encoded.values);
            }
        }

        @Override
        public ValueVector getTo() {
            return to;
        }

        @Override
        public void copyValueSafe(int row, int toRow) {
            to.copyFromSafe(row, toRow, from);
        }
    }

    @Override
    public void close() {
        values.close();
        super.close();
    }
}
