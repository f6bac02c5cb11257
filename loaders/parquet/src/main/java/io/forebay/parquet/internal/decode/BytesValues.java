// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.RawMemory;
import io.forebay.internal.text.Utf8;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.SharedChunk;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.jspecify.annotations.Nullable;

/** Strings and binary values of any length. Strings are checked to be UTF-8: dictionary entries once, others as read. */
final class BytesValues extends PageValues {
    private final BufferAllocator allocator;
    private final boolean utf8;
    private final BytesTarget target;
    private BytesDictionary.@Nullable Indices indices;
    private @Nullable Page current;
    private @Nullable BytesDecoder decoder;
    private boolean unchecked;

    BytesValues(FlatColumn column, BufferAllocator allocator) {
        this.allocator = allocator;
        this.utf8 = column.field().getType() instanceof ArrowType.Utf8;
        this.target = new BytesTarget(allocator);
    }

    /** The decoder of a page that holds byte arrays themselves. */
    static BytesDecoder decoderOf(Page page) {
        long end = page.dataAddress + page.dataBytes;
        return switch (page.encoding) {
            case PLAIN -> new PlainBytes(page.dataAddress, page.dataBytes);
            case DELTA_LENGTH_BYTE_ARRAY -> new DeltaLengthBytes(page.dataAddress, end);
            case DELTA_BYTE_ARRAY -> new DeltaBytes(page.dataAddress, end);
            default -> throw unsupportedEncoding(page, "BINARY");
        };
    }

    @Override
    void start(int rows) {
        target.start(rows);
    }

    @Override
    void reserve(int rows, int done) {
        target.reserve(rows, done);
    }

    /** The decoder is made when the first value is wanted: a page of nulls alone need not have what it takes. */
    @Override
    void startPage(Page page) {
        current = page;
        decoder = null;
    }

    private BytesDecoder decoder() {
        BytesDecoder ready = decoder;
        if (ready == null) {
            Page page = Objects.requireNonNull(current);
            boolean indices = page.hasIndices();
            unchecked = utf8 && !indices;
            ready = indices ? indicesOf(page) : decoderOf(page);
            decoder = ready;
        }
        return ready;
    }

    private BytesDecoder indicesOf(Page page) {
        BytesDictionary.Indices found = indices;
        if (found == null) {
            throw missingDictionary();
        }
        found.startPage(page);
        return found;
    }

    @Override
    SharedChunk.Dictionary loadDictionary(Page page) {
        BytesDictionary loaded = BytesDictionary.of(page, utf8, allocator);
        useDictionary(loaded);
        return loaded;
    }

    @Override
    void useDictionary(SharedChunk.Dictionary decoded) {
        indices = ((BytesDictionary) decoded).indices();
    }

    @Override
    void read(int at, int rows, int valid, long validity) {
        int start = target.usedBytes();
        if (valid > 0) {
            decoder().read(target, at, valid);
            if (unchecked) {
                requireUtf8(at, valid, start);
            }
        }
        if (valid < rows) {
            ByteArrays.spreadEnds(target.endAddress(at), rows, valid, validity, at);
        }
    }

    /**
     * Goes on with rows {@code [at, at + rows)} of the batch, the values of a dictionary.
     *
     * @param indices of the batch's rows
     */
    void append(@Nullable FieldVector values, long indices, int at, int rows, long validity) {
        for (int row = at; row < at + rows; row++) {
            if (values != null && Bits.get(validity, row)) {
                int index = RawMemory.getInt(indices + (long) Integer.BYTES * row);
                long offsets = values.getOffsetBufferAddress() + (long) Integer.BYTES * index;
                int start = RawMemory.getInt(offsets);
                int length = RawMemory.getInt(offsets + Integer.BYTES) - start;
                RawMemory.copy(values.getDataBufferAddress() + start, target.append(length), length);
            }
            RawMemory.putInt(target.endAddress(row), target.usedBytes());
        }
    }

    /** One pass over all bytes where they are ASCII; otherwise value by value, so that none borrows from the next. */
    private void requireUtf8(int at, int count, int start) {
        long data = target.dataAddress();
        if (Utf8.isAscii(data + start, target.usedBytes() - start)) {
            return;
        }
        int from = start;
        for (int i = 0; i < count; i++) {
            int to = RawMemory.getInt(target.endAddress(at + i));
            Utf8.require(data + from, to - from);
            from = to;
        }
    }

    @Override
    void skip(int valid) {
        if (valid > 0) {
            decoder().skip(valid);
        }
    }

    @Override
    void finish(FieldVector vector, ArrowFieldNode node, ArrowBuf validity) {
        try (ArrowBuf offsets = target.takeOffsets();
                ArrowBuf data = target.takeData()) {
            vector.loadFieldBuffers(node, List.of(validity, offsets, data));
        }
    }

    @Override
    void abandon() {
        target.close();
    }

    @Override
    public void close() {
        target.close();
    }
}
