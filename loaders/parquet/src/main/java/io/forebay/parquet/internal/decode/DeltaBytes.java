// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import java.util.Arrays;

/**
 * DELTA_BYTE_ARRAY: of each value the length of the prefix that it shares with the one before, and the rest. The value
 * before is kept, since it may have gone out with an earlier batch.
 */
final class DeltaBytes implements BytesDecoder {
    private final DeltaInts prefixes;
    private final DeltaInts suffixes;
    private final long end;
    private long position;
    private byte[] previous = new byte[64];
    private int previousLength;

    DeltaBytes(long address, long end) {
        long suffixesAt = new DeltaInts(address, end).endAddress();
        this.prefixes = new DeltaInts(address, end);
        this.suffixes = new DeltaInts(suffixesAt, end);
        this.position = new DeltaInts(suffixesAt, end).endAddress();
        this.end = end;
    }

    @Override
    public void read(BytesTarget target, int index, int count) {
        for (int i = 0; i < count; i++) {
            next();
            RawMemory.copyFromArray(previous, 0, target.append(previousLength), previousLength);
            RawMemory.putInt(target.endAddress(index + i), target.usedBytes());
        }
    }

    @Override
    public void skip(int count) {
        for (int i = 0; i < count; i++) {
            next();
        }
    }

    /** Turns the previous value into the next one. */
    private void next() {
        long prefix = prefixes.next();
        long suffix = suffixes.next();
        if (prefix < 0 || prefix > previousLength || suffix < 0 || suffix > end - position) {
            throw ForebayException.corrupt(
                    "a prefix must lie within the value before, and a suffix within its page: prefix="
                            + prefix + ", valueBytes=" + previousLength + ", suffix=" + suffix + ", bytesLeft="
                            + (end - position));
        }
        int length = Math.toIntExact(prefix + suffix);
        if (length > previous.length) {
            previous = Arrays.copyOf(previous, Math.max(length, 2 * previous.length));
        }
        RawMemory.copyToArray(position, previous, (int) prefix, (int) suffix);
        position += suffix;
        previousLength = length;
    }

    /** The same as a decoder of values that all have {@code width} bytes. */
    FixedDecoder asFixed(int width) {
        return new FixedDecoder() {
            @Override
            public void read(long to, int count) {
                for (int i = 0; i < count; i++) {
                    next();
                    if (previousLength != width) {
                        throw ForebayException.corrupt("a fixed-length value must have its type's length: length="
                                + previousLength + ", typeLength=" + width);
                    }
                    RawMemory.copyFromArray(previous, 0, to + (long) i * width, width);
                }
            }

            @Override
            public void skip(int count) {
                DeltaBytes.this.skip(count);
            }
        };
    }
}
