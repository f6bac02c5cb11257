// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.RawMemory;
import org.apache.arrow.memory.ArrowBuf;

/** Offsets of strings or lists, of 32 or 64 bits, as 32-bit ones that start from 0 in what is read together. */
final class OffsetReader {
    private final BufferBytes bytes;
    private final int width;

    /** Whether it is known where the first row starts. */
    private boolean started;

    /** Where the next row starts, and where those started that were read together last. */
    private long next;

    private long first;

    /** @param width bytes of an offset: 4 or 8 */
    OffsetReader(BufferBytes bytes, int width) {
        this.bytes = bytes;
        this.width = width;
    }

    /** Starts of the next {@code rows} rows and the end of the last, from 0 on. The caller closes the buffer. */
    ArrowBuf take(int rows) {
        start(rows);
        ArrowBuf offsets = bytes.allocator.buffer(4L * (rows + 1L));
        try (ArrowBuf raw = bytes.take((long) width * rows)) {
            RawMemory.putInt(offsets.memoryAddress(), 0);
            long bad = width == 4
                    ? rebase32(raw.memoryAddress(), offsets.memoryAddress() + 4, rows, (int) first)
                    : rebase64(raw.memoryAddress(), offsets.memoryAddress() + 4, rows, first);
            if (rows > 0) {
                next = entry(raw, rows - 1L);
            }
            if (bad < 0) {
                throw ForebayException.corrupt("offsets must not decrease: first=" + first + ", last=" + next);
            }
            if (next - first > Integer.MAX_VALUE) {
                throw ForebayException.limit("a batch holds at most 2 GiB of one column: size=" + (next - first));
            }
            return offsets;
        } catch (RuntimeException | Error e) {
            offsets.close();
            throw e;
        }
    }

    /** Where the rows taken or passed over last start, and where they end. */
    long first() {
        return first;
    }

    long end() {
        return next;
    }

    /** Passes over {@code rows} rows. */
    void skip(long rows) {
        start(rows);
        if (rows == 0) {
            return;
        }
        bytes.skip(width * (rows - 1));
        try (ArrowBuf last = bytes.take(width)) {
            next = entry(last, 0);
        }
        if (next < first) {
            throw ForebayException.corrupt("offsets must not decrease: first=" + first + ", last=" + next);
        }
    }

    /** Reads where the first row starts; a column without rows may lack even that. */
    private void start(long rows) {
        if (!started && rows > 0) {
            started = true;
            try (ArrowBuf entry = bytes.take(width)) {
                next = entry(entry, 0);
            }
            if (next < 0) {
                throw ForebayException.corrupt("offsets must not be negative: first=" + next);
            }
        }
        first = next;
    }

    private long entry(ArrowBuf raw, long index) {
        long address = raw.memoryAddress() + width * index;
        return width == 4 ? RawMemory.getInt(address) : RawMemory.getLong(address);
    }

    /** Subtracts {@code start} from each offset; negative where one of them is less than the one before. */
    private static long rebase32(long from, long to, int rows, int start) {
        int before = start;
        int bad = 0;
        for (int i = 0; i < rows; i++) {
            int offset = RawMemory.getInt(from + 4L * i);
            bad |= offset | (offset - before);
            RawMemory.putInt(to + 4L * i, offset - start);
            before = offset;
        }
        return bad;
    }

    private static long rebase64(long from, long to, int rows, long start) {
        long before = start;
        long bad = 0;
        for (int i = 0; i < rows; i++) {
            long offset = RawMemory.getLong(from + 8L * i);
            bad |= offset | (offset - before);
            RawMemory.putInt(to + 4L * i, (int) (offset - start));
            before = offset;
        }
        return bad;
    }
}
