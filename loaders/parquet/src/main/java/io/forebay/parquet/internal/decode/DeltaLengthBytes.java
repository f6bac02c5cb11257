// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** DELTA_LENGTH_BYTE_ARRAY: all lengths, delta-encoded, then all bytes. */
final class DeltaLengthBytes implements BytesDecoder {
    private final DeltaInts lengths;
    private final long end;
    private long position;

    DeltaLengthBytes(long address, long end) {
        this.lengths = new DeltaInts(address, end);
        this.position = new DeltaInts(address, end).endAddress();
        this.end = end;
    }

    @Override
    public void read(BytesTarget target, int index, int count) {
        long used = target.usedBytes();
        long ends = target.endAddress(index);
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += checkedLength(total);
            RawMemory.putInt(ends + 4L * i, (int) (used + total));
        }
        RawMemory.copy(position, target.append(total), total);
        position += total;
    }

    @Override
    public void skip(int count) {
        long total = 0;
        for (int i = 0; i < count; i++) {
            total += checkedLength(total);
        }
        position += total;
    }

    private long checkedLength(long before) {
        long length = lengths.next();
        if (length < 0 || length > end - position - before) {
            throw ForebayException.corrupt(
                    "a value must lie within its page: length=" + length + ", bytesLeft=" + (end - position - before));
        }
        return length;
    }
}
