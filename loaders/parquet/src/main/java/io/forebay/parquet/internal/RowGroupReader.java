// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.internal.Runs;
import io.forebay.parquet.internal.decode.ColumnInFile;
import io.forebay.parquet.internal.decode.ColumnReader;
import io.forebay.parquet.internal.decode.FlatReader;
import io.forebay.parquet.internal.decode.NestedReader;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.parquet.internal.page.SharedChunk;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RowsInFile;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.UnitFile;
import io.forebay.spi.UnitReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a row group: one lane for each top-level column. Chunks are read a window at a time, so that memory does not grow with
 * the row group.
 */
final class RowGroupReader implements UnitReader {
    /** Runs of selected rows are decoded one by one if there are no more than one for so many rows. */
    private static final int ROWS_PER_RUN_LEAST = 32;

    private final UnitFile file;
    private final RowGroup rowGroup;
    private final List<Field> fields;
    private final boolean checked;
    private final BufferAllocator allocator;

    /** What readers of the row group have in memory together: those that are {@link #another} of one. */
    private final Map<LeafOfLane, SharedChunk> shared;

    /** Whether this reads from what is shared, and the file is another reader's. */
    private final boolean sharing;

    /** A reader for each lane; null for a column whose type has no values. */
    private final List<@Nullable ColumnReader> lanes = new ArrayList<>();

    /** The lanes whose rows are read as they lie in the file. */
    private final @Nullable ColumnInFile[] inFile;

    /** Of each lane how many rows it has still to go through. */
    private final long[] rowsLeft;

    /** A leaf as one lane reads it: another may read the same one, on another thread. */
    private record LeafOfLane(int lane, ColumnPath path) {}

    private RowGroupReader(
            UnitFile file,
            RowGroup rowGroup,
            List<Field> fields,
            boolean checked,
            BufferAllocator allocator,
            @Nullable Map<LeafOfLane, SharedChunk> shared) {
        this.file = file;
        this.rowGroup = rowGroup;
        this.fields = fields;
        this.checked = checked;
        this.allocator = allocator;
        this.shared = shared == null ? new HashMap<>() : shared;
        this.sharing = shared != null;
        this.inFile = new ColumnInFile[fields.size()];
        this.rowsLeft = new long[fields.size()];
        Arrays.fill(rowsLeft, rowGroup.rows());
        try {
            fields.forEach(field -> lanes.add(lane(lanes.size(), rowGroup.column(field))));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens the file, once everything that the row group claims of itself has been checked.
     *
     * @param checked whether pages are read where the page index has them, as far as there is one
     */
    static RowGroupReader open(
            Storage storage,
            StorageObject object,
            RowGroup rowGroup,
            List<Field> fields,
            boolean checked,
            BufferAllocator allocator) {
        List<ByteRange> ranges = fields.stream()
                .flatMap(field -> rowGroup.column(field).leaves())
                .map(rowGroup::range)
                .toList();
        UnitFile file = UnitFile.open(storage, object, ranges, allocator);
        return new RowGroupReader(file, rowGroup, fields, checked, allocator, null);
    }

    /** Not of a remote file, each reader of which reads ahead, nor of a small unit that is in memory. */
    @Override
    public @Nullable UnitReader another() {
        return file.reader().readsAtOnce()
                ? new RowGroupReader(file, rowGroup, fields, checked, allocator, shared)
                : null;
    }

    private @Nullable ColumnReader lane(int lane, ColumnNode column) {
        if (!(column instanceof ColumnNode.Leaf leaf)) {
            return NestedReader.open(column, leafOf -> chunk(lane, leafOf), rowGroup.rows(), allocator);
        }
        if (leaf.column().conversion() == FlatColumn.Conversion.ALWAYS_NULL) {
            return null;
        }
        return new FlatReader(leaf, chunk(lane, leaf), rowGroup.rows(), allocator);
    }

    private ColumnChunk chunk(int lane, ColumnNode.Leaf leaf) {
        ColumnChunkMetaData chunk = rowGroup.chunk(leaf);
        ByteRange range = rowGroup.range(leaf);
        SharedChunk common =
                sharing ? shared.computeIfAbsent(new LeafOfLane(lane, leaf.path()), key -> new SharedChunk()) : null;
        return new ColumnChunk(
                new PageSource(file.frontToBack(range), range, chunk.getCodec(), allocator, common),
                rowGroup.pageIndex(leaf, file.reader()),
                chunk.getValueCount(),
                checked,
                common);
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
        ColumnReader reader = lanes.get(lane);
        if (reader != null) {
            reader.skip(rows);
            passed(lane, rows, reader);
        }
    }

    /** Closes the reader of a lane that is through: pages of columns that come later may take its memory. */
    private void passed(int lane, long rows, ColumnReader reader) {
        rowsLeft[lane] -= rows;
        if (rowsLeft[lane] == 0) {
            reader.close();
        }
    }

    @Override
    public FieldVector[] read(int lane, int rows) {
        ColumnReader reader = lanes.get(lane);
        if (reader == null) {
            return nulls(lane, rows);
        }
        FieldVector vector = reader.read(rows);
        passed(lane, rows, reader);
        return new FieldVector[] {vector};
    }

    @Override
    public FieldVector @Nullable [] readSelected(int lane, int rows, int[] selected) {
        if (!Runs.areAtMost(rows / ROWS_PER_RUN_LEAST, selected)) {
            return null;
        }
        ColumnReader reader = lanes.get(lane);
        if (reader == null) {
            return nulls(lane, selected.length);
        }
        FieldVector vector = reader.readSelected(rows, selected);
        if (vector == null) {
            return null;
        }
        passed(lane, rows, reader);
        return new FieldVector[] {vector};
    }

    @Override
    public @Nullable RowsInFile rowsInFile(int lane) {
        if (!file.reader().readsAtOnce() // not for a remote file, nor for a small unit that is in memory
                || !(rowGroup.column(fields.get(lane)) instanceof ColumnNode.Leaf leaf)
                || !rowGroup.mayStayInFile(fields.get(lane))) {
            return null;
        }
        ColumnInFile found = ColumnInFile.find(leaf, chunk(lane, leaf), rowGroup.rows(), file.reader(), allocator);
        inFile[lane] = found;
        return found;
    }

    private FieldVector[] nulls(int lane, int rows) {
        return new FieldVector[] {new NullVector(fields.get(lane).getName(), rows)};
    }

    @Override
    public long bytesRead() {
        long bytes = 0;
        for (ColumnReader lane : lanes) {
            bytes += lane == null ? 0 : lane.bytesRead();
        }
        for (ColumnInFile lane : inFile) {
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
        for (ColumnReader lane : lanes) {
            if (lane != null) {
                lane.close();
            }
        }
        for (ColumnInFile lane : inFile) {
            if (lane != null) {
                lane.close();
            }
        }
        if (!sharing) {
            shared.values().forEach(SharedChunk::close);
            file.close();
        }
    }
}
