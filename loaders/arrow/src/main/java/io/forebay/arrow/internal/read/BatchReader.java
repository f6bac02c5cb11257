// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.DamagedRowsException;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.arrow.internal.meta.LayoutCursor;
import io.forebay.arrow.internal.meta.RecordBatchUnit;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RowRange;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.UnitFile;
import io.forebay.spi.UnitReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Reads a record batch: one lane for each column. Buffers are read as far as rows are asked for, so that memory does not grow
 * with the batch; where the file is mapped, columns are views of it.
 */
final class BatchReader implements UnitReader {
    private final UnitFile file;
    private final List<Lane> lanes;
    private final long unitRows;
    private final BufferAllocator allocator;

    /** A column: how it is read, from what, and how far it has come. */
    private static final class Lane implements AutoCloseable {
        final Field field;
        final ColumnReader reader;
        final LaneBuffers buffers;
        long row;

        Lane(Field field, ColumnReader reader, LaneBuffers buffers) {
            this.field = field;
            this.reader = reader;
            this.buffers = buffers;
        }

        Place place() {
            return Place.NOWHERE.withColumn(field.getName()).withRow(row);
        }

        @Override
        public void close() {
            reader.close();
            buffers.close();
        }
    }

    private BatchReader(UnitFile file, List<Lane> lanes, long unitRows, BufferAllocator allocator) {
        this.file = file;
        this.lanes = lanes;
        this.unitRows = unitRows;
        this.allocator = allocator;
    }

    /** @param fields the columns to read, as batches have them */
    static BatchReader open(
            Storage storage,
            StorageObject object,
            RecordBatchUnit batch,
            List<Field> fields,
            BufferAllocator allocator) {
        List<Lane> lanes = new ArrayList<>();
        List<ByteRange> ranges = new ArrayList<>();
        for (Field field : fields) {
            LaneBuffers buffers = new LaneBuffers(allocator);
            Lane lane = new Lane(field, lane(batch, field, buffers), buffers);
            lanes.add(lane);
            ranges.addAll(buffers.ranges());
        }
        UnitFile file = UnitFile.open(storage, object, ranges, allocator);
        BatchReader reader = new BatchReader(file, lanes, batch.rows(), allocator);
        try {
            lanes.forEach(lane -> lane.buffers.open(reader.file));
        } catch (RuntimeException | Error e) {
            reader.close();
            throw e;
        }
        return reader;
    }

    private static ColumnReader lane(RecordBatchUnit batch, Field field, LaneBuffers buffers) {
        LayoutCursor cursor = new LayoutCursor(batch.layout());
        for (Field column : batch.columns()) {
            if (column.getName().equals(field.getName())) {
                try {
                    return new ReaderBuilder(batch, buffers).column(column, field, cursor);
                } catch (ForebayException e) {
                    throw e.at(Place.NOWHERE.withColumn(field.getName()));
                }
            }
            cursor.pass(column);
        }
        throw new IllegalArgumentException("a column must be one of the file's: " + field.getName());
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
        Lane column = lanes.get(lane);
        try {
            column.reader.skip(rows);
            column.row += rows;
        } catch (ForebayException e) {
            throw failed(column, column.row + rows, e);
        }
    }

    /** A failure of a lane; if one of its buffers is broken, the rows from {@code firstLost} on cannot be read. */
    private ForebayException failed(Lane column, long firstLost, ForebayException e) {
        ForebayException located = e.at(column.place());
        boolean isKnown = located instanceof DamagedRowsException || firstLost >= unitRows;
        return column.buffers.areBroken() && !isKnown
                ? new DamagedRowsException(located, new RowRange(firstLost, unitRows))
                : located;
    }

    @Override
    public FieldVector[] read(int lane, int rows) {
        Lane column = lanes.get(lane);
        FieldVector vector = column.field.createVector(allocator);
        try {
            column.reader.read(rows, vector);
            if (vector.getNullCount() > 0 && !column.field.isNullable()) {
                throw ForebayException.corrupt(
                        "a column that is declared without nulls must have none: nulls=" + vector.getNullCount());
            }
            column.row += rows;
            return new FieldVector[] {vector};
        } catch (ForebayException e) {
            vector.close();
            throw failed(column, rows == 1 ? column.row : column.row + rows, e);
        } catch (RuntimeException | Error e) {
            vector.close();
            throw e;
        }
    }

    @Override
    public long bytesRead() {
        return lanes.stream().mapToLong(lane -> lane.buffers.bytesRead()).sum();
    }

    @Override
    public void cancel() {
        file.cancel();
    }

    @Override
    public void close() {
        lanes.forEach(Lane::close);
        file.close();
    }
}
