// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.internal.memory.FixedCells;
import io.forebay.internal.memory.RawMemory;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.FlatColumn.Conversion;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.Scratch;
import io.forebay.parquet.internal.page.SharedChunk;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.jspecify.annotations.Nullable;

/** Values of one width in bytes: numbers, decimals, dates and times, fixed-length binary. */
final class FixedValues extends PageValues {
    /** Values converted at a time, so that the scratch stays in the processor's cache. */
    private static final int BLOCK_VALUES = 2048;

    private final FlatColumn column;
    private final BufferAllocator allocator;
    private final int width;
    private final Scratch unconverted;
    private final Scratch data;
    private @Nullable BytesTarget byteArrays;
    private FixedDictionary.@Nullable Indices indices;
    private @Nullable Page current;
    private @Nullable FixedDecoder decoder;

    FixedValues(FlatColumn column, BufferAllocator allocator) {
        this.column = column;
        this.allocator = allocator;
        this.width = column.arrowWidth();
        this.unconverted = new Scratch(allocator);
        this.data = new Scratch(allocator);
    }

    @Override
    void start(int rows) {
        data.ensure((long) rows * width);
    }

    @Override
    void reserve(int rows, int done) {
        data.ensureKeeping((long) rows * width, (long) done * width);
    }

    @Override
    boolean mayStayInFile(Header page) {
        return areStored(page, column);
    }

    /** Whether the values of a page are stored as vectors have them. */
    static boolean areStored(Header page, FlatColumn column) {
        return column.conversion() == Conversion.NONE && page.encoding() == Encoding.PLAIN.getValue();
    }

    @Override
    boolean stayInFile() {
        return current != null && current.source != null;
    }

    /** The decoder is made when the first value is wanted: a page of nulls alone need not have what it takes. */
    @Override
    void startPage(Page page) {
        current = page;
        decoder = null;
    }

    private FixedDecoder decoder() {
        FixedDecoder ready = decoder;
        if (ready == null) {
            ready = decoderOf(present(current));
            decoder = ready;
        }
        return ready;
    }

    private FixedDecoder decoderOf(Page page) {
        if (!page.hasIndices()) {
            return converting(page);
        }
        FixedDictionary.Indices found = indices;
        if (found == null) {
            throw missingDictionary();
        }
        found.startPage(page);
        return found;
    }

    @Override
    SharedChunk.Dictionary loadDictionary(Page page) {
        page.requireDictionaryWithin(Math.max(1, column.physicalWidth()));
        if (column.conversion() != Conversion.BYTES_TO_DECIMAL) {
            page.requireDictionaryOf((long) page.valueCount * column.physicalWidth());
        }
        page.encoding = Encoding.PLAIN;
        FixedDictionary loaded = FixedDictionary.of(converting(page), page.valueCount, width, allocator);
        useDictionary(loaded);
        return loaded;
    }

    @Override
    void useDictionary(SharedChunk.Dictionary decoded) {
        indices = ((FixedDictionary) decoded).indices();
    }

    /** The page's decoder, with the conversion to Arrow's layout behind it. */
    private FixedDecoder converting(Page page) {
        if (column.conversion() == Conversion.BYTES_TO_DECIMAL) {
            return new DecimalBytes(BytesValues.decoderOf(page));
        }
        FixedDecoder physical = physicalDecoder(page);
        return column.conversion() == Conversion.NONE ? physical : new Converting(physical);
    }

    private FixedDecoder physicalDecoder(Page page) {
        PrimitiveTypeName type = column.type().getPrimitiveTypeName();
        int physicalWidth = column.physicalWidth();
        long end = page.dataAddress + page.dataBytes;
        boolean integer = type == PrimitiveTypeName.INT32 || type == PrimitiveTypeName.INT64;
        boolean fits =
                switch (page.encoding) {
                    case PLAIN -> true;
                    case BYTE_STREAM_SPLIT -> type != PrimitiveTypeName.INT96;
                    case DELTA_BINARY_PACKED -> integer;
                    case DELTA_BYTE_ARRAY -> type == PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
                    default -> false;
                };
        if (!fits) {
            throw unsupportedEncoding(page, type.name());
        }
        return switch (page.encoding) {
            case BYTE_STREAM_SPLIT -> new ByteStreamSplit(page.dataAddress, page.dataBytes, physicalWidth);
            case DELTA_BINARY_PACKED -> new DeltaInts(page.dataAddress, end).asFixed(physicalWidth);
            case DELTA_BYTE_ARRAY -> new DeltaBytes(page.dataAddress, end).asFixed(physicalWidth);
            default ->
                page.source == null
                        ? new PlainFixed(page.dataAddress, page.dataBytes, physicalWidth)
                        : new PlainInFile(page.source, page.dataOffset(), page.dataBytes, physicalWidth);
        };
    }

    @Override
    void read(int at, int rows, int valid, long validity) {
        long to = data.address() + (long) at * width;
        if (valid > 0 && decoder() instanceof PlainInFile values) {
            values.read(data.view(Math.multiplyExact(at, width), Math.multiplyExact(valid, width)));
        } else if (valid > 0) {
            decoder().read(to, valid);
        }
        if (valid < rows) {
            FixedCells.spread(to, width, rows, valid, validity, at);
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
        try (ArrowBuf values = data.take()) {
            vector.loadFieldBuffers(node, List.of(validity, values));
        }
    }

    @Override
    void abandon() {
        data.close();
        if (byteArrays != null) {
            byteArrays.close();
        }
    }

    @Override
    public void close() {
        abandon();
        unconverted.close();
    }

    private static <T> T present(@Nullable T value) {
        return Objects.requireNonNull(value);
    }

    /** Decodes into scratch and converts from there. */
    private final class Converting implements FixedDecoder {
        private final FixedDecoder physical;

        Converting(FixedDecoder physical) {
            this.physical = physical;
        }

        @Override
        public void read(long to, int count) {
            unconverted.ensure((long) BLOCK_VALUES * column.physicalWidth());
            for (int done = 0; done < count; ) {
                int block = Math.min(BLOCK_VALUES, count - done);
                physical.read(unconverted.address(), block);
                Conversions.apply(column, unconverted.address(), to + (long) done * width, block);
                done += block;
            }
        }

        @Override
        public void skip(int count) {
            physical.skip(count);
        }
    }

    /** Decimals stored as byte arrays. */
    private final class DecimalBytes implements FixedDecoder {
        private final BytesDecoder bytes;

        DecimalBytes(BytesDecoder bytes) {
            this.bytes = bytes;
        }

        @Override
        public void read(long to, int count) {
            BytesTarget target = byteArrays == null ? new BytesTarget(allocator) : byteArrays;
            byteArrays = target;
            target.start(count);
            bytes.read(target, 0, count);
            int start = 0;
            for (int i = 0; i < count; i++) {
                int end = RawMemory.getInt(target.endAddress(i));
                Conversions.bigEndianToDecimal(target.dataAddress() + start, end - start, to + (long) i * width, width);
                start = end;
            }
        }

        @Override
        public void skip(int count) {
            bytes.skip(count);
        }
    }
}
