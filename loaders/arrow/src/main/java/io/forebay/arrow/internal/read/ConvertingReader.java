// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Values of one width that batches hold in another form. */
final class ConvertingReader implements ColumnReader {
    private static final long MILLIS_PER_DAY = 86_400_000;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final NullReader nulls;
    private final BufferBytes values;
    private final BufferAllocator allocator;
    private final Form form;

    /** What is stored, and what it becomes. */
    enum Form {
        /** Milliseconds since 1970, 64 bits, as days. */
        DATE_MILLIS(8, 4) {
            @Override
            void convert(long from, long to) {
                long days = Math.floorDiv(RawMemory.getLong(from), MILLIS_PER_DAY);
                if (days != (int) days) {
                    throw ForebayException.corrupt("a date must fit 32 bits: days=" + days);
                }
                RawMemory.putInt(to, (int) days);
            }
        },
        /** Months, 32 bits. */
        INTERVAL_MONTHS(4, 16) {
            @Override
            void convert(long from, long to) {
                RawMemory.putInt(to, RawMemory.getInt(from));
                RawMemory.putInt(to + 4, 0);
                RawMemory.putLong(to + 8, 0);
            }
        },
        /** Days and milliseconds, 32 bits each. */
        INTERVAL_DAY_MILLIS(8, 16) {
            @Override
            void convert(long from, long to) {
                RawMemory.putInt(to, 0);
                RawMemory.putInt(to + 4, RawMemory.getInt(from));
                RawMemory.putLong(to + 8, RawMemory.getInt(from + 4) * NANOS_PER_MILLI);
            }
        };

        private final int storedBytes;
        private final int bytes;

        Form(int storedBytes, int bytes) {
            this.storedBytes = storedBytes;
            this.bytes = bytes;
        }

        abstract void convert(long from, long to);
    }

    ConvertingReader(NullReader nulls, BufferBytes values, Form form) {
        this.nulls = nulls;
        this.values = values;
        this.allocator = values.allocator;
        this.form = form;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf stored = values.take((long) form.storedBytes * rows);
                ArrowBuf converted = allocator.buffer((long) form.bytes * rows)) {
            for (int row = 0; row < rows; row++) {
                long to = converted.memoryAddress() + (long) form.bytes * row;
                if (!nulls.hadNulls() || Bits.get(validity.memoryAddress(), row)) {
                    form.convert(stored.memoryAddress() + (long) form.storedBytes * row, to);
                } else {
                    RawMemory.fill(to, form.bytes, (byte) 0); // what a null stands on may be anything
                }
            }
            target.loadFieldBuffers(nulls.node(rows), List.of(validity, converted));
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        values.skip(form.storedBytes * rows);
    }
}
