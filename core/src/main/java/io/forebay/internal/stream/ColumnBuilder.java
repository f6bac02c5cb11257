// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Builds one column of a batch out of runs and picks of decoded vectors. {@link #finish} hands the vector over; {@link
 * #close} releases what else there is. Not thread-safe.
 */
abstract class ColumnBuilder implements AutoCloseable {
    /** Chooses the builder for the layout of {@code sample}; the column holds up to {@code capacity} rows. */
    static ColumnBuilder like(FieldVector sample, Field field, BufferAllocator allocator, int capacity) {
        if (sample instanceof BitVector) {
            return new Flat(field, allocator, capacity, 0);
        }
        if (sample instanceof BaseFixedWidthVector fixed) {
            return new Flat(field, allocator, capacity, fixed.getTypeWidth());
        }
        if (sample instanceof NullVector) {
            return new Nulls(field, allocator);
        }
        return sample instanceof BaseVariableWidthVector
                ? new Variable(field, allocator, capacity)
                : new General(field, allocator);
    }

    /** Appends {@code count} rows of {@code source}: those at {@code selected[from..]}, or from row {@code from} on. */
    abstract void append(FieldVector source, int @Nullable [] selected, int from, int count);

    /** The finished vector, which the caller owns; the builder is used up, and still has to be closed. */
    abstract FieldVector finish();

    @Override
    public abstract void close();

    /** Rows with a validity bitmap, whose buffers are attached to a vector at the end. */
    private abstract static class Raw extends ColumnBuilder {
        final BufferAllocator allocator;
        final List<ArrowBuf> buffers = new ArrayList<>(3);
        private final Field field;
        int rows;
        private int valid;

        Raw(Field field, BufferAllocator allocator, int capacity) {
            this.field = field;
            this.allocator = allocator;
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

        final void appendValidity(FieldVector source, int @Nullable [] selected, int from, int count) {
            long to = buffers.get(0).memoryAddress();
            long validity = source.getValidityBufferAddress();
            if (selected == null) {
                Bits.copy(validity, from, to, rows, count);
            } else {
                for (int i = 0; i < count; i++) {
                    Bits.set(to, rows + i, Bits.get(validity, selected[from + i]));
                }
            }
            valid += Bits.countSet(to, rows, count);
        }

        @Override
        FieldVector finish() {
            FieldVector vector = field.createVector(allocator);
            vector.loadFieldBuffers(new ArrowFieldNode(rows, rows - valid), buffers);
            return vector;
        }

        @Override
        public void close() {
            buffers.forEach(ArrowBuf::close);
            buffers.clear();
        }
    }

    /** Values of one width in bytes; width 0 stands for bits. */
    private static final class Flat extends Raw {
        private final int width;

        Flat(Field field, BufferAllocator allocator, int capacity, int width) {
            super(field, allocator, capacity);
            this.width = width;
            add(width == 0 ? Bits.bytes(capacity) : (long) capacity * width);
        }

        @Override
        void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
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

        private void copyBits(long data, int @Nullable [] selected, int from, long to, int count) {
            if (selected == null) {
                Bits.copy(data, from, to, rows, count);
                return;
            }
            for (int i = 0; i < count; i++) {
                Bits.set(to, rows + i, Bits.get(data, selected[from + i]));
            }
        }
    }

    /** Strings and binary with 32-bit offsets. */
    private static final class Variable extends Raw {
        private long bytes;

        Variable(Field field, BufferAllocator allocator, int capacity) {
            super(field, allocator, capacity);
            ArrowBuf offsets = add(4L * (capacity + 1L));
            RawMemory.putInt(offsets.memoryAddress(), 0);
            add(0);
        }

        @Override
        void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            appendValidity(source, selected, from, count);
            long offsets = ((BaseVariableWidthVector) source).getOffsetBufferAddress();
            ensure(bytes + length(offsets, selected, from, count));
            long data = source.getDataBufferAddress();
            long target = buffers.get(2).memoryAddress();
            long ends = buffers.get(1).memoryAddress() + 4L * (rows + 1);
            if (selected == null) {
                int start = RawMemory.getInt(offsets + 4L * from);
                int shift = Math.toIntExact(bytes - start);
                for (int i = 0; i < count; i++) {
                    RawMemory.putInt(ends + 4L * i, RawMemory.getInt(offsets + 4L * (from + i + 1)) + shift);
                }
                int length = RawMemory.getInt(offsets + 4L * (from + count)) - start;
                RawMemory.copy(data + start, target + bytes, length);
                bytes += length;
            } else {
                for (int i = 0; i < count; i++) {
                    int start = RawMemory.getInt(offsets + 4L * selected[from + i]);
                    int length = RawMemory.getInt(offsets + 4L * selected[from + i] + 4) - start;
                    RawMemory.copy(data + start, target + bytes, length);
                    bytes += length;
                    RawMemory.putInt(ends + 4L * i, (int) bytes);
                }
            }
            rows += count;
        }

        private static long length(long offsets, int @Nullable [] selected, int from, int count) {
            if (selected == null) {
                return (long) RawMemory.getInt(offsets + 4L * (from + count)) - RawMemory.getInt(offsets + 4L * from);
            }
            long length = 0;
            for (int i = 0; i < count; i++) {
                long entry = offsets + 4L * selected[from + i];
                length += RawMemory.getInt(entry + 4) - RawMemory.getInt(entry);
            }
            return length;
        }

        private void ensure(long needed) {
            if (needed > Integer.MAX_VALUE) {
                throw ForebayException.limit("a batch holds at most 2 GiB of one column's strings: bytes=" + needed);
            }
            ArrowBuf data = buffers.get(2);
            if (needed > data.capacity()) {
                ArrowBuf larger =
                        allocator.buffer(needed + needed / 2 <= Integer.MAX_VALUE / 2 ? needed + needed / 2 : needed);
                RawMemory.copy(data.memoryAddress(), larger.memoryAddress(), bytes);
                data.close();
                buffers.set(2, larger);
            }
        }
    }

    /** Rows without values. */
    private static final class Nulls extends ColumnBuilder {
        private final FieldVector vector;
        private int rows;

        Nulls(Field field, BufferAllocator allocator) {
            this.vector = field.createVector(allocator);
        }

        @Override
        void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            rows += count;
        }

        @Override
        FieldVector finish() {
            vector.setValueCount(rows);
            return vector;
        }

        @Override
        public void close() {} // holds no memory
    }

    /** Any other type, a row at a time through Arrow's own copy. */
    private static final class General extends ColumnBuilder {
        private final FieldVector vector;
        private boolean handedOver;
        private int rows;

        General(Field field, BufferAllocator allocator) {
            this.vector = field.createVector(allocator);
        }

        @Override
        void append(FieldVector source, int @Nullable [] selected, int from, int count) {
            for (int i = 0; i < count; i++) {
                vector.copyFromSafe(selected == null ? from + i : selected[from + i], rows++, source);
            }
        }

        @Override
        FieldVector finish() {
            vector.setValueCount(rows);
            handedOver = true;
            return vector;
        }

        @Override
        public void close() {
            if (!handedOver) {
                vector.close();
            }
        }
    }
}
