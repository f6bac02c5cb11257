// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.SelectedRows;
import io.forebay.internal.stream.Failures;
import io.forebay.spi.UnitReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * The part of one unit that is read front to back, every column at its own pace. Its reader is opened when the first column needs it
 * and closed when the last one is through. One thread at a time reads a column; different columns may be read at once.
 */
final class Segment implements RowSource {
    private final ManifestUnit unit;
    private final SelectedRows.@Nullable OfUnit selectedRows;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private @Nullable UnitReader reader;
    private Lane[] laneOfColumn = new Lane[0];
    private int columnsLeft;
    private boolean closed;

    /** @param selectedRows the rows of the unit that are in the order, or null for all */
    Segment(
            ManifestUnit unit,
            SelectedRows.@Nullable OfUnit selectedRows,
            List<Field> fields,
            BufferAllocator allocator) {
        this.unit = unit;
        this.selectedRows = selectedRows;
        this.fields = fields;
        this.allocator = allocator;
        this.columnsLeft = fields.size();
    }

    /** A lane of the reader: columns that are decoded together wait here until each of them is asked for. */
    private static final class Lane {
        final int ordinal;
        final int[] columns;
        final List<Deque<FieldVector>> waiting = new ArrayList<>();
        long row;

        Lane(int ordinal, int[] columns) {
            this.ordinal = ordinal;
            this.columns = columns;
            for (int i = 0; i < columns.length; i++) {
                waiting.add(new ArrayDeque<>());
            }
        }

        int indexOf(int column) {
            for (int i = 0; i < columns.length; i++) {
                if (columns[i] == column) {
                    return i;
                }
            }
            throw new IllegalStateException("a lane must yield its columns: column=" + column);
        }
    }

    @Override
    public void appendTo(RowTarget target, int column, long row, int rows) {
        SelectedRows.OfUnit selected = selectedRows;
        if (selected == null) {
            try (FieldVector decoded = read(column, row, rows)) {
                target.append(decoded, false, null, 0, rows);
            }
            return;
        }
        int[] wanted = selected.rows((int) row, rows);
        int first = wanted[0];
        for (int i = 0; i < rows; i++) {
            wanted[i] -= first;
        }
        try (FieldVector decoded = read(column, first, wanted[rows - 1] + 1)) {
            target.append(decoded, false, wanted, 0, rows);
        }
    }

    /** Decodes rows of a column, which the caller owns. All columns are asked for the same runs of rows, in the same order. */
    FieldVector read(int column, long row, int rows) {
        try {
            Lane lane = opened(column);
            synchronized (lane) {
                int index = lane.indexOf(column);
                FieldVector waiting = lane.waiting.get(index).poll();
                return waiting != null ? waiting : decode(lane, index, row, rows);
            }
        } catch (RuntimeException | Error e) {
            throw Failures.located(e, unit.place());
        }
    }

    private FieldVector decode(Lane lane, int index, long row, int rows) {
        UnitReader open = Objects.requireNonNull(reader);
        if (lane.row < row) {
            open.skip(lane.ordinal, row - lane.row);
        }
        FieldVector[] decoded = open.read(lane.ordinal, rows);
        lane.row = row + rows;
        for (int i = 0; i < decoded.length; i++) {
            if (i != index) {
                lane.waiting.get(i).add(decoded[i]);
            }
        }
        return decoded[index];
    }

    private synchronized Lane opened(int column) {
        if (reader == null) {
            UnitReader opened = unit.file().openUnit(unit.ordinal(), fields, allocator);
            reader = opened;
            laneOfColumn = new Lane[fields.size()];
            for (int i = 0; i < opened.laneCount(); i++) {
                Lane lane = new Lane(i, opened.columnsOf(i));
                for (int yielded : lane.columns) {
                    laneOfColumn[yielded] = lane;
                }
            }
        }
        return laneOfColumn[column];
    }

    @Override
    public synchronized long leave(int column) {
        return --columnsLeft == 0 ? close() : 0;
    }

    @Override
    public synchronized void cancel() {
        if (reader != null && !closed) {
            reader.cancel();
        }
    }

    @Override
    public synchronized long close() {
        UnitReader open = reader;
        if (open == null || closed) {
            return 0;
        }
        closed = true;
        for (Lane lane : laneOfColumn) {
            if (lane != null) {
                lane.waiting.forEach(vectors -> {
                    vectors.forEach(FieldVector::close);
                    vectors.clear();
                });
            }
        }
        long bytesRead = open.bytesRead();
        open.close();
        return bytesRead;
    }
}
