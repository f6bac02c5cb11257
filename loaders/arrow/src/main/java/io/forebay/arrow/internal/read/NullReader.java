// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/** A column's length and validity: nulls are counted where they are, whatever the batch claims. */
final class NullReader {
    private final BufferAllocator allocator;
    private final @Nullable BitReader validity;
    private long rowsLeft;
    private int nullCount;

    /**
     * @param rows the column's length
     * @param nulls how many of them are null, as the batch claims
     */
    NullReader(BufferBytes validity, long rows, long nulls) {
        if (validity.isAbsent() && nulls > 0) {
            throw ForebayException.corrupt("a column with nulls must have a validity buffer: nulls=" + nulls);
        }
        this.allocator = validity.allocator;
        this.validity = validity.isAbsent() ? null : new BitReader(validity);
        this.rowsLeft = rows;
    }

    /** The validity of the next {@code rows} rows, empty where none is null. The caller closes it. */
    ArrowBuf take(int rows) {
        pass(rows);
        nullCount = 0;
        if (validity == null) {
            return allocator.getEmpty();
        }
        ArrowBuf bits = validity.take(rows);
        nullCount = rows - Bits.countSet(bits.memoryAddress(), 0, rows);
        return bits;
    }

    /** The node for what {@link #take} returned last. */
    ArrowFieldNode node(int rows) {
        return new ArrowFieldNode(rows, nullCount);
    }

    boolean hadNulls() {
        return nullCount > 0;
    }

    void skip(long rows) {
        pass(rows);
        if (validity != null) {
            validity.skip(rows);
        }
    }

    private void pass(long rows) {
        if (rows > rowsLeft) {
            throw ForebayException.corrupt(
                    "a column must have all rows of its parent: rowsLeft=" + rowsLeft + ", needed=" + rows);
        }
        rowsLeft -= rows;
    }
}
