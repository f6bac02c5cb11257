// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.parquet.internal.decode.FlatReader;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.CoalescingReader;
import io.forebay.spi.RangeReader;
import io.forebay.spi.ReadAheadReader;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.UnitReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a row group: one lane for each flat column. Chunks of a small row group are read together; those of a larger
 * one a window at a time, so that memory does not grow with the row group, and from a remote storage some blocks ahead.
 */
final class RowGroupReader implements UnitReader {
    /** Row groups of at most this many wanted bytes are read at once. */
    private static final long SMALL_BYTES = 1 << 20;

    private static final long HOLE_BYTES_MAX = 64 << 10;

    /** What one request asks of a remote storage, and how many of them a lane has ahead, where memory allows it. */
    private static final int BLOCK_BYTES = 1 << 20;

    private static final int BLOCKS_AHEAD_MAX = 3;

    /** All lanes together read ahead within one part in so many of the memory budget. */
    private static final int AHEAD_SHARE = 8;

    private final RangeReader file;
    private final List<Field> fields;

    /** A reader for each lane; null for a column whose type has no values. */
    private final List<@Nullable FlatReader> lanes = new ArrayList<>();

    private final List<ReadAheadReader> ahead = new ArrayList<>();

    private RowGroupReader(
            RangeReader file,
            List<ByteRange> ranges,
            RowGroup rowGroup,
            List<Field> fields,
            BufferAllocator allocator) {
        this.fields = fields;
        this.file = rowGroup.sizeBytes(fields) <= SMALL_BYTES
                ? new CoalescingReader(file, ranges, HOLE_BYTES_MAX, SMALL_BYTES, allocator)
                : file;
        try {
            for (int i = 0; i < fields.size(); i++) {
                lanes.add(lane(rowGroup, fields.get(i).getName(), ranges.get(i), allocator));
            }
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /** Opens the file, once everything that the row group claims of itself has been checked. */
    static RowGroupReader open(
            Storage storage, StorageObject object, RowGroup rowGroup, List<Field> fields, BufferAllocator allocator) {
        List<ByteRange> ranges =
                fields.stream().map(field -> rowGroup.range(field.getName())).toList();
        return new RowGroupReader(storage.open(object), ranges, rowGroup, fields, allocator);
    }

    private @Nullable FlatReader lane(RowGroup rowGroup, String name, ByteRange range, BufferAllocator allocator) {
        FlatColumn column = rowGroup.flatColumn(name);
        if (column.conversion() == FlatColumn.Conversion.ALWAYS_NULL) {
            return null;
        }
        ColumnChunkMetaData chunk = rowGroup.chunk(name);
        IndexReference reference = chunk.getOffsetIndexReference();
        ByteRange indexRange = reference == null ? null : new ByteRange(reference.getOffset(), reference.getLength());
        return new FlatReader(
                column,
                new PageSource(readAhead(range, allocator), range, chunk.getCodec(), allocator),
                new PageIndex(file, indexRange, rowGroup.rows()),
                rowGroup.rows(),
                allocator);
    }

    /** The file as the lane of {@code range} reads it. */
    private RangeReader readAhead(ByteRange range, BufferAllocator allocator) {
        long blocks = allocator.getLimit() / AHEAD_SHARE / fields.size() / BLOCK_BYTES;
        if (!file.isRemote() || file instanceof CoalescingReader || blocks < 2) {
            return file;
        }
        int blocksAhead = (int) Math.min(BLOCKS_AHEAD_MAX, blocks - 1);
        ReadAheadReader reader = new ReadAheadReader(file, range, BLOCK_BYTES, blocksAhead, allocator);
        ahead.add(reader);
        reader.start();
        return reader;
    }

    @Override
    public int laneCount() {
        return lanes.size();
    }

    @Override
    public int[] columnsOf(int lane) {
        return new int[] {lane};
    }

    @Override
    public void skip(int lane, long rows) {
        FlatReader reader = lanes.get(lane);
        if (reader != null) {
            reader.skip(rows);
        }
    }

    @Override
    public FieldVector[] read(int lane, int rows) {
        FlatReader reader = lanes.get(lane);
        FieldVector vector = reader == null ? new NullVector(fields.get(lane).getName(), rows) : reader.read(rows);
        return new FieldVector[] {vector};
    }

    @Override
    public long bytesRead() {
        long bytes = 0;
        for (FlatReader lane : lanes) {
            bytes += lane == null ? 0 : lane.bytesRead();
        }
        return bytes;
    }

    @Override
    public void cancel() {
        file.cancel();
    }

    @Override
    public void close() {
        for (FlatReader lane : lanes) {
            if (lane != null) {
                lane.close();
            }
        }
        file.cancel();
        ahead.forEach(ReadAheadReader::close);
        file.close();
    }
}
