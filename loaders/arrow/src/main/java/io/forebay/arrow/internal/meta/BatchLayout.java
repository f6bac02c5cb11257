// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import io.forebay.ForebayException;
import io.forebay.spi.ByteRange;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.BodyCompression;
import org.apache.arrow.flatbuf.BodyCompressionMethod;
import org.apache.arrow.flatbuf.CompressionType;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;

/**
 * Where the columns of a record batch lie: for each column, in depth-first order, its length and null count, and the places of
 * its buffers, checked to lie within the message's body. Immutable.
 */
public final class BatchLayout {
    private static final int NODE_BYTES = 16;
    private static final int BUFFER_BYTES = 16;

    /** Longer batches have no place in a vector, and a claim of rows that have no bytes costs time for nothing. */
    private static final long ROWS_MAX = Integer.MAX_VALUE;

    private final long rows;
    private final boolean unionsHaveValidity;
    private final BodyCodec codec;
    private final long[] lengths;
    private final long[] nullCounts;
    private final long[] bufferOffsets;
    private final long[] bufferLengths;
    private final int[] variadicCounts;

    private BatchLayout(RecordBatch batch, IpcMessage message, int metadataBytes) {
        this.rows = checkedRows(batch.length());
        this.unionsHaveValidity = message.version() < MetadataVersion.V5;
        this.codec = codecOf(batch.compression());
        int nodes = Flatbuffers.checkedCount("columns", batch.nodesLength(), NODE_BYTES, metadataBytes);
        this.lengths = new long[nodes];
        this.nullCounts = new long[nodes];
        for (int i = 0; i < nodes; i++) {
            lengths[i] = checkedRows(batch.nodes(i).length());
            nullCounts[i] = batch.nodes(i).nullCount();
            if (nullCounts[i] < 0 || nullCounts[i] > lengths[i]) {
                throw ForebayException.corrupt(
                        "a null count must lie within its column: nulls=" + nullCounts[i] + ", rows=" + lengths[i]);
            }
        }
        int buffers = Flatbuffers.checkedCount("buffers", batch.buffersLength(), BUFFER_BYTES, metadataBytes);
        this.bufferOffsets = new long[buffers];
        this.bufferLengths = new long[buffers];
        for (int i = 0; i < buffers; i++) {
            long offset = batch.buffers(i).offset();
            long length = batch.buffers(i).length();
            long bodyBytes = message.body().length();
            if (offset < 0 || length < 0 || length > bodyBytes || offset > bodyBytes - length) {
                throw ForebayException.corrupt("a buffer must lie within its message: buffer=" + i + ", offset="
                        + offset + ", bytes=" + length + ", bodyBytes=" + bodyBytes);
            }
            bufferOffsets[i] = message.body().offset() + offset;
            bufferLengths[i] = length;
        }
        this.variadicCounts = new int
                [Flatbuffers.checkedCount(
                        "variadic counts", batch.variadicBufferCountsLength(), Long.BYTES, metadataBytes)];
        for (int i = 0; i < variadicCounts.length; i++) {
            long count = batch.variadicBufferCounts(i);
            if (count < 0 || count > buffers) {
                throw ForebayException.corrupt(
                        "variadic buffers must be among the batch's: count=" + count + ", buffers=" + buffers);
            }
            variadicCounts[i] = (int) count;
        }
    }

    static BatchLayout of(RecordBatch batch, IpcMessage message) {
        return new BatchLayout(batch, message, message.metadataBytes());
    }

    private static long checkedRows(long rows) {
        if (rows < 0 || rows > ROWS_MAX) {
            throw ForebayException.corrupt("a record batch has 0 to " + ROWS_MAX + " rows: rows=" + rows);
        }
        return rows;
    }

    private static BodyCodec codecOf(BodyCompression compression) {
        if (compression == null) {
            return BodyCodec.NONE;
        }
        if (compression.method() != BodyCompressionMethod.BUFFER) {
            throw ForebayException.unsupported("buffers must be compressed one by one: method=" + compression.method());
        }
        return switch (compression.codec()) {
            case CompressionType.LZ4_FRAME -> BodyCodec.LZ4_FRAME;
            case CompressionType.ZSTD -> BodyCodec.ZSTD;
            default ->
                throw ForebayException.unsupported(
                        "buffers must be compressed with LZ4 or ZSTD: codec=" + compression.codec());
        };
    }

    /** Fails unless the batch has the columns and buffers that {@code shape} calls for. */
    void requireShape(FieldShape shape) {
        long buffers = shape.buffers();
        for (int count : variadicCounts) {
            buffers += count;
        }
        if (lengths.length != shape.nodes()
                || bufferLengths.length != buffers
                || variadicCounts.length != shape.variadics()) {
            throw ForebayException.corrupt("a record batch must have the columns of its schema: columns="
                    + lengths.length + " of " + shape.nodes() + ", buffers=" + bufferLengths.length + " of " + buffers
                    + ", variadicColumns=" + variadicCounts.length + " of " + shape.variadics());
        }
    }

    public long rows() {
        return rows;
    }

    public boolean unionsHaveValidity() {
        return unionsHaveValidity;
    }

    public BodyCodec codec() {
        return codec;
    }

    /** Rows of the column with this ordinal. */
    public long length(int node) {
        return lengths[node];
    }

    public long nullCount(int node) {
        return nullCounts[node];
    }

    /** Where a buffer lies in the file. */
    public ByteRange buffer(int ordinal) {
        return new ByteRange(bufferOffsets[ordinal], bufferLengths[ordinal]);
    }

    /** How many buffers of bytes the column of views with this ordinal has. */
    public int variadicCount(int ordinal) {
        return variadicCounts[ordinal];
    }

    /** What the layout takes of the heap, roughly. */
    long heapBytes() {
        return 16L * (lengths.length + bufferLengths.length) + 4L * variadicCounts.length + 128;
    }

    /** The ranges of buffers {@code [from, to)}. */
    public List<ByteRange> buffers(int from, int to) {
        List<ByteRange> ranges = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            ranges.add(buffer(i));
        }
        return ranges;
    }
}
