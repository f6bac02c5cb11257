// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/**
 * Strings and binary as views: 16 bytes a row, which hold short values themselves and say of longer ones where they lie. They may lie
 * anywhere in the column's buffers, which are therefore read whole. Source: Arrow columnar format, "Variable-size Binary View
 * Layout".
 */
final class ViewReader implements ColumnReader {
    private static final int VIEW_BYTES = 16;
    private static final int INLINE_BYTES_MAX = 12;
    private static final int PREFIX_BYTES = 4;

    private final NullReader nulls;
    private final BufferBytes views;
    private final List<BufferBytes> buffers;
    private final boolean isText;
    private final BufferAllocator allocator;

    /** The buffers' bytes and lengths, once one of them is needed. */
    private final List<ArrowBuf> loaded = new ArrayList<>();

    private final long[] loadedBytes;

    ViewReader(NullReader nulls, BufferBytes views, List<BufferBytes> buffers, boolean isText) {
        this.nulls = nulls;
        this.views = views;
        this.buffers = buffers;
        this.loadedBytes = new long[buffers.size()];
        this.isText = isText;
        this.allocator = views.allocator;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf rowViews = views.take((long) VIEW_BYTES * rows);
                ArrowBuf starts = allocator.buffer(4L * (rows + 1L))) {
            long present = nulls.hadNulls() ? validity.memoryAddress() : 0;
            long bytes = addLengths(rows, present, rowViews, starts);
            try (ArrowBuf data = allocator.buffer(bytes)) {
                for (int row = 0; row < rows; row++) {
                    copy(rowViews.memoryAddress() + (long) VIEW_BYTES * row, row, starts, data);
                }
                if (isText) {
                    BytesReader.requireText(rows, present, starts.memoryAddress(), data.memoryAddress());
                }
                target.loadFieldBuffers(nulls.node(rows), List.of(validity, starts, data));
            }
        }
    }

    /** Writes the offsets that the rows' lengths come to; returns their sum. Null rows have none. */
    private static long addLengths(int rows, long validity, ArrowBuf views, ArrowBuf starts) {
        long end = 0;
        RawMemory.putInt(starts.memoryAddress(), 0);
        for (int row = 0; row < rows; row++) {
            if (validity == 0 || Bits.get(validity, row)) {
                int length = RawMemory.getInt(views.memoryAddress() + (long) VIEW_BYTES * row);
                if (length < 0) {
                    throw ForebayException.corrupt("a view must not be shorter than nothing: bytes=" + length);
                }
                end += length;
            }
            if (end > Integer.MAX_VALUE) {
                throw ForebayException.limit("a batch holds at most 2 GiB of one column: bytes=" + end);
            }
            RawMemory.putInt(starts.memoryAddress() + 4L * (row + 1), (int) end);
        }
        return end;
    }

    private void copy(long view, int row, ArrowBuf starts, ArrowBuf data) {
        int start = RawMemory.getInt(starts.memoryAddress() + 4L * row);
        int length = RawMemory.getInt(starts.memoryAddress() + 4L * row + 4) - start;
        long to = data.memoryAddress() + start;
        if (length <= INLINE_BYTES_MAX) {
            RawMemory.copy(view + PREFIX_BYTES, to, length);
            return;
        }
        load();
        int buffer = RawMemory.getInt(view + 8);
        int offset = RawMemory.getInt(view + 12);
        if (buffer < 0 || buffer >= loaded.size() || offset < 0 || offset > loadedBytes[buffer] - length) {
            throw ForebayException.corrupt("a view must lie within one of its column's buffers: buffer=" + buffer
                    + ", offset=" + offset + ", bytes=" + length + ", buffers=" + loaded.size());
        }
        RawMemory.copy(loaded.get(buffer).memoryAddress() + offset, to, length);
    }

    private void load() {
        while (loaded.size() < buffers.size()) {
            BufferBytes bytes = buffers.get(loaded.size());
            loadedBytes[loaded.size()] = bytes.remaining();
            loaded.add(bytes.take(bytes.remaining()));
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        views.skip(VIEW_BYTES * rows);
    }

    @Override
    public void close() {
        loaded.forEach(ArrowBuf::close);
        loaded.clear();
    }
}
