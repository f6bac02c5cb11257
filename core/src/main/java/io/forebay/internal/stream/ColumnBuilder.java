// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.DictionaryVector;
import io.forebay.ForebayException;
import io.forebay.internal.Runs;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.memory.ValueViews;
import io.forebay.spi.RowsInFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Builds one column of a batch out of runs and picks of decoded vectors. {@link #finish} hands the vector over; {@link
 * #close} releases what else there is. Not thread-safe.
 */
public abstract class ColumnBuilder implements AutoCloseable {
    final BufferAllocator allocator;
    private final Field field;

    private ColumnBuilder(Field field, BufferAllocator allocator) {
        this.field = field;
        this.allocator = allocator;
    }

    /** Chooses the builder for the layout of {@code sample}; {@code capacity} is how many rows are expected. */
    public static ColumnBuilder like(FieldVector sample, Field field, BufferAllocator allocator, int capacity) {
        if (sample instanceof DictionaryVector) {
            return new EncodedColumnBuilder(field, allocator, capacity);
        }
        if (sample instanceof BitVector) {
            return new Flat(field, allocator, capacity, 0);
        }
        if (sample instanceof BaseFixedWidthVector fixed) {
            return new Flat(field, allocator, capacity, fixed.getTypeWidth());
        }
        if (sample instanceof NullVector) {
            return new Nulls(field, allocator);
        }
        if (sample instanceof BaseVariableWidthVector) {
            return new VariableWidthBuilder(sample, field, allocator, capacity);
        }
        if (sample instanceof BaseVariableWidthViewVector) {
            return new Views(field, allocator, capacity);
        }
        if (sample instanceof StructVector struct) {
            return new Structs(struct, field, allocator, capacity);
        }
        if (sample instanceof FixedSizeListVector list) {
            return new FixedSizeListBuilder(list, field, allocator, capacity);
        }
        return sample instanceof ListVector list
                ? new Lists(list, field, allocator, capacity)
                : new General(field, allocator);
    }

    /** How many elements to expect in {@code capacity} lists: no more than a sample of them has. */
    static int elementsOf(FieldVector sample, FieldVector elements, int capacity) {
        long share = (long) elements.getValueCount() * capacity / Math.max(1, sample.getValueCount());
        return (int) Math.min(elements.getValueCount(), share);
    }

    /** Appends {@code count} rows of {@code source}: those at {@code selected[from..]}, or from row {@code from} on. */
    public abstract void append(FieldVector source, int @Nullable [] selected, int from, int count);

    /** Appends {@code count} rows from {@code row} on of a column whose values have one width in bytes. */
    public void append(RowsInFile source, long row, int count) {
        throw new IllegalStateException(
                "values of no fixed width in bytes do not lie in a file as vectors have them: " + field);
    }

    /** Whether no row that was appended is null, nor a value within it. */
    public boolean isNullFree() {
        return false;
    }

    /** Says of the vectors that are appended from now on whether none of their rows, nor a value within them, is null. */
    public void expectNullFree(boolean value) {}

    /** The finished vector, which the caller owns; the builder is used up, and still has to be closed. */
    public final FieldVector finish() {
        FieldVector vector = Dictionaries.newVector(field, allocator);
        try {
            load(vector);
            return vector;
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
    }

    /** Hands all rows to an empty vector. */
    abstract void load(FieldVector vector);

    @Override
    public abstract void close();

    /** Rows with a validity bitmap, whose buffers are attached to a vector at the end. */
    abstract static class Raw extends ColumnBuilder {
        final List<ArrowBuf> buffers = new ArrayList<>(3);
        int rows;
        private int valid;
        private boolean nullFreeSource;

        Raw(Field field, BufferAllocator allocator, int capacity) {
            super(field, allocator);
            add(Bits.bytes(capacity));
        }

        final ArrowBuf add(long bytes) {
            try {
                ArrowBuf buffer = allocator.buffer(bytes);
                buffers.add(buffer);
                return buffer;
            } catch (RuntimeException e) {
                close(); // a builder that cannot be made is nobody's to close
                throw e;
            }
        }

        /** Makes room for {@code bytes} in a buffer, keeping the first {@code used}. */
        final void reserve(int buffer, long bytes, long used) {
            ArrowBuf old = buffers.get(buffer);
            if (bytes > old.capacity()) {
                long generous = bytes + bytes / 2;
                ArrowBuf larger = allocator.buffer(generous <= Integer.MAX_VALUE / 2 ? generous : bytes);
                RawMemory.copy(old.memoryAddress(), larger.memoryAddress(), used);
                old.close();
                buffers.set(buffer, larger);
            }
        }

        /** As {@link #reserve}, in the buffer that strings and binary have after two others. */
        final void reserveData(long bytes, long used) {
            if (bytes > Integer.MAX_VALUE) {
                throw ForebayException.limit("a batch holds at most 2 GiB of one column's strings: bytes=" + bytes);
            }
            reserve(2, bytes, used);
        }

        /** Appends the validity of rows that are known not to be null. */
        final void appendValid(int count) {
            reserve(0, Bits.bytes((long) rows + count), Bits.bytes(rows));
            Bits.fill(buffers.get(0).memoryAddress(), rows, count, true);
            valid += count;
        }

        final void appendValidity(FieldVector source, int @Nullable [] selected, int from, int count) {
            if (nullFreeSource) {
                appendValid(count);
                return;
            }
            reserve(0, Bits.bytes((long) rows + count), Bits.bytes(rows));
            long to = buffers.get(0).memoryAddress();
            long validity = source.getValidityBufferAddress();
            if (selected == null) {
                Bits.copy(validity, from, to, rows, count);
            } else {
                Bits.gather(validity, selected, from, count, to, rows);
            }
            valid += Bits.countSet(to, rows, count);
        }

        @Override
        public boolean isNullFree() {
            return valid == rows;
        }

        @Override
        public void expectNullFree(boolean value) {
            nullFreeSource = value;
        }

        @Override
        void load(FieldVector vector) {
            vector.loadFieldBuffers(new ArrowFieldNode(rows, rows - valid), buffers);
        }

        @Override
        public void close() {
            buffers.forEach(ArrowBuf::close);
            buffers.clear();
        }
    }

    /** Values of one width in bytes; width 0 stands for bits. */
    static class Flat extends Raw {
        private final int width;

        Flat(Field field, BufferAllocator allocator, int capacity, int width) {
            super(field, allocator, capacity);
            this.width = width;
            add(bytes(capacity));
        }

        private long bytes(long count) {
            return width == 0 ? Bits.bytes(count) : count * width;
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
            reserve(1, bytes((long) rows + count), bytes(rows));
            long data = source.getDataBufferAddress();
            long to = buffers.get(1).memoryAddress();
            if (width == 0) {
                copyBits(data, selected, from, to, count);
            } else if (selected == null) {
                RawMemory.copy(data + (long) from * width, to + (long) rows * width, (long) count * width);
            } else {
                FixedCells.gather(data, selected, from, count, width, to + (long) rows * width);
            }
            rows += count;
        }

        @Override
        public void append(RowsInFile source, long row, int count) {
            if (width == 0) {
                super.append(source, row, count);
                return;
            }
            appendValid(count);
            reserve(1, bytes((long) rows + count), bytes(rows));
            source.read(row, Objects.requireNonNull(NioViews.of(buffers.get(1), bytes(rows), (int) bytes(count))));
            rows += count;
        }

        private void copyBits(long data, int @Nullable [] selected, int from, long to, int count) {
            if (selected == null) {
                Bits.copy(data, from, to, rows, count);
                return;
            }
            Bits.gather(data, selected, from, count, to, rows);
        }
    }

    /** Strings and binary values as views; those that do not fit theirs are brought together in one buffer. */
    private static final class Views extends Raw {
        private long bytes;

        Views(Field field, BufferAllocator allocator, int capacity) {
            super(field, allocator, capacity);
            add((long) ValueViews.BYTES * capacity);
            add(0);
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
            reserve(1, (long) ValueViews.BYTES * (rows + count), (long) ValueViews.BYTES * rows);
            List<ArrowBuf> data = ((BaseVariableWidthViewVector) source).getDataBuffers();
            long views = source.getDataBufferAddress();
            for (int i = 0; i < count; i++, rows++) {
                int row = selected == null ? from + i : selected[from + i];
                appendView(views + (long) ValueViews.BYTES * row, data);
            }
        }

        private void appendView(long view, List<ArrowBuf> data) {
            long target = buffers.get(1).memoryAddress() + (long) ValueViews.BYTES * rows;
            if (ValueViews.isShort(view)) {
                RawMemory.copy(view, target, ValueViews.BYTES);
                return;
            }
            int length = ValueViews.length(view);
            reserveData(bytes + length, bytes);
            long to = buffers.get(2).memoryAddress();
            long from = data.get(ValueViews.buffer(view)).memoryAddress() + ValueViews.start(view);
            RawMemory.copy(from, to + bytes, length);
            ValueViews.write(target, to, (int) bytes, length);
            bytes += length;
        }
    }

    /** Structs: each child in a builder of its own. */
    private static final class Structs extends Raw {
        private final List<ColumnBuilder> children = new ArrayList<>();

        Structs(StructVector sample, Field field, BufferAllocator allocator, int capacity) {
            super(field, allocator, capacity);
            try {
                for (FieldVector child : sample.getChildrenFromFields()) {
                    children.add(like(child, child.getField(), allocator, capacity));
                }
            } catch (RuntimeException e) {
                close(); // a builder that cannot be made is nobody's to close
                throw e;
            }
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
            for (int i = 0; i < children.size(); i++) {
                children.get(i).append(source.getChildrenFromFields().get(i), selected, from, count);
            }
            rows += count;
        }

        @Override
        public boolean isNullFree() {
            return super.isNullFree() && children.stream().allMatch(ColumnBuilder::isNullFree);
        }

        @Override
        public void expectNullFree(boolean value) {
            super.expectNullFree(value);
            children.forEach(child -> child.expectNullFree(value));
        }

        @Override
        void load(FieldVector vector) {
            super.load(vector);
            for (int i = 0; i < children.size(); i++) {
                children.get(i).load(vector.getChildrenFromFields().get(i));
            }
        }

        @Override
        public void close() {
            super.close();
            children.forEach(ColumnBuilder::close);
        }
    }

    /** Lists with 32-bit offsets, and maps: the elements in a builder of their own. */
    private static final class Lists extends Raw {
        private final ColumnBuilder elements;
        private int elementCount;

        Lists(ListVector sample, Field field, BufferAllocator allocator, int capacity) {
            super(field, allocator, capacity);
            ArrowBuf offsets = add(4L * (capacity + 1L));
            RawMemory.putInt(offsets.memoryAddress(), 0);
            FieldVector values = sample.getDataVector();
            try {
                this.elements = like(values, values.getField(), allocator, elementsOf(sample, values, capacity));
            } catch (RuntimeException e) {
                close(); // a builder that cannot be made is nobody's to close
                throw e;
            }
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
            reserve(1, 4L * (rows + count + 1L), 4L * (rows + 1L));
            long offsets = source.getOffsetBufferAddress();
            FieldVector values = ((ListVector) source).getDataVector();
            // Elements of rows that follow each other go over together.
            for (int i = 0; i < count; ) {
                int first = selected == null ? from : selected[from + i];
                int run = selected == null ? count : Runs.length(selected, from + i, from + count);
                appendRun(offsets + 4L * first, values, run);
                i += run;
            }
        }

        private void appendRun(long offsets, FieldVector values, int count) {
            int start = RawMemory.getInt(offsets);
            int length = RawMemory.getInt(offsets + 4L * count) - start;
            if (length > Integer.MAX_VALUE - 1 - elementCount) {
                throw ForebayException.limit("a batch holds at most 2^31 - 2 elements of one column's lists: elements="
                        + ((long) elementCount + length));
            }
            elements.append(values, null, start, length);
            long ends = buffers.get(1).memoryAddress() + 4L * (rows + 1L);
            int shift = elementCount - start;
            for (int i = 0; i < count; i++) {
                RawMemory.putInt(ends + 4L * i, RawMemory.getInt(offsets + 4L * (i + 1)) + shift);
            }
            elementCount += length;
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
            elements.load(vector.getChildrenFromFields().get(0));
        }

        @Override
        public void close() {
            super.close();
            if (elements != null) {
                elements.close();
            }
        }
    }

    /** Rows without values. */
    private static final class Nulls extends ColumnBuilder {
        private int rows;

        Nulls(Field field, BufferAllocator allocator) {
            super(field, allocator);
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            rows += count;
        }

        @Override
        void load(FieldVector vector) {
            vector.setValueCount(rows);
        }

        @Override
        public void close() {} // holds no memory
    }

    /** Any other type, a row at a time through Arrow's own copy. */
    private static final class General extends ColumnBuilder {
        private final FieldVector own;
        private int rows;

        General(Field field, BufferAllocator allocator) {
            super(field, allocator);
            this.own = field.createVector(allocator);
        }

        @Override
        public void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            for (int i = 0; i < count; i++) {
                own.copyFromSafe(selected == null ? from + i : selected[from + i], rows++, source);
            }
        }

        @Override
        void load(FieldVector vector) {
            own.setValueCount(rows);
            own.makeTransferPair(vector).transfer();
        }

        @Override
        public void close() {
            own.close();
        }
    }
}
