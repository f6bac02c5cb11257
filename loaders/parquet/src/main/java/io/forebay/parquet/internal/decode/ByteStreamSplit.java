// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;

/** BYTE_STREAM_SPLIT: one stream for each byte of the value; all first bytes, then all second bytes, and so on. */
final class ByteStreamSplit implements FixedDecoder {
    private final long base;
    private final int width;
    private final int total;
    private int next;

    ByteStreamSplit(long address, int bytes, int width) {
        if (bytes % width != 0) {
            throw ForebayException.corrupt(
                    "split streams must have equal lengths: bytes=" + bytes + ", width=" + width);
        }
        this.base = address;
        this.width = width;
        this.total = bytes / width;
    }

    @Override
    public void read(long to, int count) {
        require(count);
        if (width == 4) {
            read4(base + next, total, to, count);
        } else if (width == 8) {
            read8(base + next, total, to, count);
        } else {
            readAny(base + next, total, width, to, count);
        }
        next += count;
    }

    private static void read4(long from, long stride, long to, int count) {
        for (int i = 0; i < count; i++) {
            int value = (RawMemory.getByte(from + i) & 0xFF)
                    | ((RawMemory.getByte(from + stride + i) & 0xFF) << 8)
                    | ((RawMemory.getByte(from + 2 * stride + i) & 0xFF) << 16)
                    | (RawMemory.getByte(from + 3 * stride + i) << 24);
            RawMemory.putInt(to + 4L * i, value);
        }
    }

    private static void read8(long from, long stride, long to, int count) {
        for (int i = 0; i < count; i++) {
            long value = 0;
            for (int k = 0; k < 8; k++) {
                value |= (RawMemory.getByte(from + k * stride + i) & 0xFFL) << (8 * k);
            }
            RawMemory.putLong(to + 8L * i, value);
        }
    }

    private static void readAny(long from, long stride, int width, long to, int count) {
        for (int k = 0; k < width; k++) {
            for (int i = 0; i < count; i++) {
                RawMemory.putByte(to + (long) i * width + k, RawMemory.getByte(from + k * stride + i));
            }
        }
    }

    @Override
    public void skip(int count) {
        require(count);
        next += count;
    }

    private void require(int count) {
        if (count > total - next) {
            throw ForebayException.corrupt(
                    "split values must lie within their page: values=" + count + ", valuesLeft=" + (total - next));
        }
    }
}
