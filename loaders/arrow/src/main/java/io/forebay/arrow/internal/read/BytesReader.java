// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.text.Utf8;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Strings and binary. Strings are checked to be UTF-8. */
final class BytesReader implements ColumnReader {
    private final NullReader nulls;
    private final OffsetReader offsets;
    private final BufferBytes data;
    private final boolean isText;

    /** Where the data stand. */
    private long position;

    BytesReader(NullReader nulls, OffsetReader offsets, BufferBytes data, boolean isText) {
        this.nulls = nulls;
        this.offsets = offsets;
        this.data = data;
        this.isText = isText;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf starts = offsets.take(rows)) {
            data.skip(offsets.first() - position);
            position = offsets.end();
            try (ArrowBuf bytes = data.take(offsets.end() - offsets.first())) {
                if (isText) {
                    requireText(
                            rows,
                            nulls.hadNulls() ? validity.memoryAddress() : 0,
                            starts.memoryAddress(),
                            bytes.memoryAddress());
                }
                target.loadFieldBuffers(nulls.node(rows), List.of(validity, starts, bytes));
            }
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        offsets.skip(rows);
        data.skip(offsets.end() - position);
        position = offsets.end();
    }

    /**
     * Fails unless all values are valid: ASCII at once; else value by value, since a sequence must not go on from one value into the next.
     *
     * @param validity the address of the rows' validity, or 0 where none is null
     * @param starts the address of their offsets
     * @param bytes the address of the bytes that offset 0 means
     */
    static void requireText(int rows, long validity, long starts, long bytes) {
        if (Utf8.isAscii(bytes, RawMemory.getInt(starts + 4L * rows))) {
            return;
        }
        for (int row = 0; row < rows; row++) {
            int start = RawMemory.getInt(starts + 4L * row);
            int length = RawMemory.getInt(starts + 4L * row + 4) - start;
            boolean present = validity == 0 || Bits.get(validity, row);
            if (present && !Utf8.isValid(bytes + start, length)) {
                throw ForebayException.corrupt("a string must be valid UTF-8: bytes=" + length + ", rowInBatch=" + row);
            }
        }
    }
}
