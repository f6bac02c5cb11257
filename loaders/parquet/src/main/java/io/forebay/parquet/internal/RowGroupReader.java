// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.parquet.internal.decode.FlatReader;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.UnitFile;
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
 * Decodes a row group: one lane for each flat column. Chunks are read a window at a time, so that memory does not grow with
 * the row group.
 */
final class RowGroupReader implements UnitReader {
    private final UnitFile file;
    private final List<Field> fields;

    /** A reader for each lane; null for a column whose type has no values. */
    private final List<@Nullable FlatReader> lanes = new ArrayList<>();

    private RowGroupReader(
            UnitFile file, List<ByteRange> ranges, RowGroup rowGroup, List<Field> fields, BufferAllocator allocator) {
        this.fields = fields;
        this.file = file;
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
        UnitFile file = UnitFile.open(storage, object, ranges, allocator);
        return new RowGroupReader(file, ranges, rowGroup, fields, allocator);
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
                new PageSource(file.frontToBack(range), range, chunk.getCodec(), allocator),
                new PageIndex(file.reader(), indexRange, rowGroup.rows()),
                rowGroup.rows(),
                allocator);
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
        file.close();
    }
}
