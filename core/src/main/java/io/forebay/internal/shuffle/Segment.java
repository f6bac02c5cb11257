// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.ForebayException;
import io.forebay.internal.plan.SelectedRows;
import io.forebay.internal.stream.Failures;
import io.forebay.spi.RowsInFile;
import io.forebay.spi.UnitReader;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * The part of one unit that is read front to back, every column at its own pace. Its reader is opened when the first column needs it
 * and closed when the last one is through. One thread at a time reads a column; different columns may be read at once.
 */
final class Segment implements RowSource {
    /** Rows of which a few are wanted are decoded together if they span no more than this. */
    private static final int SPAN_ROWS_MAX = 8192;

    private final UnitOpener opener;
    private final SelectedRows.@Nullable OfUnit selectedRows;
    private Lane[] laneOfColumn = new Lane[0];
    private int columnsLeft;

    /** Guards the reader's life, but not the time that it takes to open it. */
    private final Object life = new Object();

    private @Nullable UnitReader reader;
    private boolean cancelled;
    private boolean closed;

    /**
     * A segment that is not open yet.
     *
     * @param selectedRows the rows of the unit that are in the order, or null for all
     */
    Segment(UnitOpener opener, SelectedRows.@Nullable OfUnit selectedRows) {
        this.opener = opener;
        this.selectedRows = selectedRows;
        this.columnsLeft = opener.fields().size();
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
        for (int from = 0; from < rows; ) {
            int end = from + 1;
            while (end < rows && wanted[end] - wanted[from] < SPAN_ROWS_MAX) {
                end++;
            }
            appendSelected(target, column, Arrays.copyOfRange(wanted, from, end));
            from = end;
        }
    }

    /** Hands on rows that lie close enough to be decoded together with those between them. */
    private void appendSelected(RowTarget target, int column, int[] wanted) {
        int first = wanted[0];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] -= first;
        }
        try (FieldVector decoded = read(column, first, wanted[wanted.length - 1] + 1)) {
            target.append(decoded, false, wanted, 0, wanted.length);
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
            throw Failures.located(e, opener.unit().place());
        }
    }

    /** The rows of a column of which nothing was read yet, if they can be read as they lie in the file; else null. */
    @Nullable
    RowsInFile rowsInFile(int column) {
        try {
            Lane lane = opened(column);
            if (lane.columns.length > 1) {
                return null;
            }
            RowsInFile found = openReader().rowsInFile(lane.ordinal);
            return found == null ? null : (row, target) -> readLocated(found, row, target);
        } catch (RuntimeException | Error e) {
            throw Failures.located(e, opener.unit().place());
        }
    }

    private void readLocated(RowsInFile rows, long row, ByteBuffer target) {
        try {
            openReader(); // refuses what was cancelled
            rows.read(row, target);
        } catch (RuntimeException | Error e) {
            throw Failures.located(e, opener.unit().place());
        }
    }

    private FieldVector decode(Lane lane, int index, long row, int rows) {
        UnitReader open = openReader();
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

    private UnitReader openReader() {
        synchronized (life) {
            if (cancelled || reader == null) {
                throw ForebayException.cancelled("a closed stream reads no more");
            }
            return reader;
        }
    }

    private synchronized Lane opened(int column) {
        if (laneOfColumn.length == 0) {
            UnitReader opened = open();
            Lane[] lanes = new Lane[opener.fields().size()];
            for (int i = 0; i < opened.laneCount(); i++) {
                Lane lane = new Lane(i, opened.columnsOf(i));
                for (int yielded : lane.columns) {
                    lanes[yielded] = lane;
                }
            }
            laneOfColumn = lanes;
        }
        return laneOfColumn[column];
    }

    private UnitReader open() {
        synchronized (life) {
            if (cancelled) {
                throw ForebayException.cancelled("a closed stream reads no more");
            }
        }
        UnitReader opened = opener.open();
        synchronized (life) {
            reader = opened;
            if (cancelled) {
                opened.cancel();
            }
        }
        return opened;
    }

    @Override
    public synchronized long leave(int column) {
        return --columnsLeft == 0 ? close() : 0;
    }

    @Override
    public void cancel() {
        synchronized (life) {
            cancelled = true;
            if (reader != null) {
                reader.cancel();
            }
        }
    }

    @Override
    public boolean isDone() {
        synchronized (life) {
            return closed;
        }
    }

    @Override
    public synchronized long close() {
        UnitReader open;
        synchronized (life) {
            if (closed) {
                return 0;
            }
            open = reader;
            reader = null;
            closed = true;
        }
        for (Lane lane : laneOfColumn) {
            if (lane != null) {
                lane.waiting.forEach(vectors -> {
                    vectors.forEach(FieldVector::close);
                    vectors.clear();
                });
            }
        }
        laneOfColumn = new Lane[0];
        return opener.leave(open);
    }
}
