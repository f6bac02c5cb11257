// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/**
 * DELTA_BINARY_PACKED: a first value, then blocks of differences, each packed in miniblocks relative to the block's least
 * difference. One miniblock is unpacked at a time. Arithmetic wraps at 64 bits, and at 32 where the values have 32.
 */
final class DeltaInts {
    /** A miniblock usually has 32 values; a forged header must not make us allocate. */
    private static final int MINIBLOCK_VALUES_MAX = 1 << 16;

    private final long end;
    private final int miniblocks;
    private final int miniblockValues;
    private final long[] unpacked;
    private long position;

    /** Values not yet handed out. */
    private int left;

    private long last;
    private boolean firstPending;
    private long minDelta;
    private long widths;
    private int miniblock;
    private int unpackedNext;
    private int unpackedCount;

    DeltaInts(long address, long end) {
        this.end = end;
        this.position = address;
        long blockValues = number();
        long blockMiniblocks = number();
        long total = number();
        last = Varint.zigzag(number());
        boolean sane = blockMiniblocks > 0
                && blockValues > 0
                && blockValues % blockMiniblocks == 0
                && blockValues / blockMiniblocks % 8 == 0
                && blockValues / blockMiniblocks <= MINIBLOCK_VALUES_MAX
                && blockMiniblocks <= MINIBLOCK_VALUES_MAX
                && total >= 0
                && total <= Integer.MAX_VALUE;
        if (!sane) {
            throw ForebayException.corrupt(
                    "a delta block must be made of miniblocks of a multiple of 8 values: blockValues=" + blockValues
                            + ", miniblocks=" + blockMiniblocks + ", values=" + total);
        }
        miniblocks = (int) blockMiniblocks;
        miniblockValues = (int) (blockValues / blockMiniblocks);
        left = (int) total;
        firstPending = true;
        miniblock = miniblocks;
        unpacked = new long[miniblockValues];
    }

    /** Values that have not been read. */
    int left() {
        return left;
    }

    /** Hands out the next value. */
    long next() {
        require(1);
        left--;
        if (firstPending) {
            firstPending = false;
            return last;
        }
        if (unpackedNext == unpackedCount) {
            unpack(left + 1);
        }
        last += minDelta + unpacked[unpackedNext++];
        return last;
    }

    /** Writes the next {@code count} values, each in {@code width} (4 or 8) bytes. */
    void read(long to, int count, int width) {
        require(count);
        int done = 0;
        if (count > 0 && firstPending) {
            put(to, 0, width, next());
            done = 1;
        }
        while (done < count) {
            if (unpackedNext == unpackedCount) {
                unpack(left);
            }
            int n = Math.min(count - done, unpackedCount - unpackedNext);
            long value = last;
            if (width == 8) {
                for (int i = 0; i < n; i++) {
                    value += minDelta + unpacked[unpackedNext + i];
                    RawMemory.putLong(to + 8L * (done + i), value);
                }
            } else {
                for (int i = 0; i < n; i++) {
                    value += minDelta + unpacked[unpackedNext + i];
                    RawMemory.putInt(to + 4L * (done + i), (int) value);
                }
            }
            last = value;
            unpackedNext += n;
            left -= n;
            done += n;
        }
    }

    private static void put(long to, int index, int width, long value) {
        if (width == 8) {
            RawMemory.putLong(to + 8L * index, value);
        } else {
            RawMemory.putInt(to + 4L * index, (int) value);
        }
    }

    /** Unpacks the next miniblock, of which {@code wanted} values at most are meaningful. */
    private void unpack(int wanted) {
        if (miniblock == miniblocks) {
            startBlock();
        }
        int width = RawMemory.getByte(widths + miniblock) & 0xFF;
        int values = Math.min(wanted, miniblockValues);
        checkMiniblock(width, values);
        BitUnpack.longs(position, 0, width, unpacked, values);
        position = Math.min(end, position + (long) miniblockValues / 8 * width);
        miniblock++;
        unpackedNext = 0;
        unpackedCount = values;
    }

    private void checkMiniblock(int width, int values) {
        long bytes = ((long) values * width + 7) / 8;
        if (width > 64 || bytes > end - position) {
            throw ForebayException.corrupt("a miniblock must lie within its page: width=" + width + ", values=" + values
                    + ", bytesLeft=" + (end - position));
        }
    }

    private void startBlock() {
        minDelta = Varint.zigzag(number());
        widths = position;
        if (miniblocks > end - position) {
            throw ForebayException.corrupt("a delta block must lie within its page: miniblocks=" + miniblocks
                    + ", bytesLeft=" + (end - position));
        }
        position += miniblocks;
        miniblock = 0;
    }

    /** Where the encoded values end, found from the block headers alone; only before the first value is read. */
    long endAddress() {
        int values = left - 1;
        while (values > 0) {
            startBlock();
            for (; miniblock < miniblocks && values > 0; miniblock++) {
                int width = RawMemory.getByte(widths + miniblock) & 0xFF;
                checkMiniblock(width, Math.min(values, miniblockValues));
                position = Math.min(end, position + (long) miniblockValues / 8 * width);
                values -= miniblockValues;
            }
        }
        return position;
    }

    private long number() {
        long value = Varint.readLong(position, end);
        position += Varint.length(position, end);
        return value;
    }

    private void require(int count) {
        if (count > left) {
            throw ForebayException.corrupt(
                    "delta values must lie within their page: values=" + count + ", valuesLeft=" + left);
        }
    }

    /** The same as a decoder of values of {@code width} bytes. */
    FixedDecoder asFixed(int width) {
        return new FixedDecoder() {
            @Override
            public void read(long to, int count) {
                DeltaInts.this.read(to, count, width);
            }

            @Override
            public void skip(int count) {
                for (int i = 0; i < count; i++) {
                    next();
                }
            }
        };
    }
}
