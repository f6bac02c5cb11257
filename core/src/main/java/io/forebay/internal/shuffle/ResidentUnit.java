// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.SelectedRows;
import io.forebay.spi.RowRange;
import io.forebay.spi.RowsInFile;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A unit whose columns are decoded as a whole when they are first needed, and stay in memory until every lane that has rows of it is
 * through: where lanes share a unit, none of it is decoded twice. Columns that lie in the file as vectors have them stay there.
 */
final class ResidentUnit implements RowSource {
    private final SelectedRows.@Nullable OfUnit selectedRows;
    private final Segment whole;

    /** The rows that are decoded: those between the first and the last one that a lane has. */
    private final long firstRow;

    private final int rows;

    /** The columns, each guarded by its own lock; and how many lanes still need each. */
    private final Column[] columns;

    private static final class Column {
        int lanesLeft;

        /** This or {@link #values} is set once the column is needed. */
        @Nullable
        RowsInFile inFile;

        @Nullable
        FieldVector values;

        boolean nullFree;

        Column(int lanes) {
            this.lanesLeft = lanes;
        }
    }

    /**
     * A unit of which nothing is read yet.
     *
     * @param selectedRows the rows that are in the order, or null for all
     * @param lanes how many lanes have rows of it
     * @param needed the rows that these have, and those between them, counted among those in the order; at least one
     * @param badRows where bad rows are noted, or null where they are failures
     */
    ResidentUnit(
            ManifestUnit unit,
            SelectedRows.@Nullable OfUnit selectedRows,
            int lanes,
            RowRange needed,
            List<Field> fields,
            BufferAllocator allocator,
            @Nullable BadRowLog badRows) {
        this.selectedRows = selectedRows;
        this.whole = new Segment(new UnitOpener(unit, fields, allocator, badRows, 1), null);
        this.firstRow = rowInUnit(needed.first());
        this.rows = Math.toIntExact(rowInUnit(needed.end() - 1) + 1 - firstRow);
        this.columns = new Column[fields.size()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new Column(lanes);
        }
    }

    private long rowInUnit(long row) {
        return selectedRows == null ? row : selectedRows.rows((int) row, 1)[0];
    }

    @Override
    public void appendTo(RowTarget target, int column, long row, int count) {
        Column own = columns[column];
        synchronized (own) {
            if (own.inFile == null && own.values == null) {
                find(own, column);
            }
            RowsInFile inFile = own.inFile;
            if (inFile != null) {
                target.append(inFile, row, count);
                return;
            }
            FieldVector values = Objects.requireNonNull(own.values);
            int[] wanted = selectedRows == null ? null : selectedRows.rows((int) row, count);
            if (wanted == null) {
                target.append(values, own.nullFree, null, (int) (row - firstRow), count);
                return;
            }
            for (int i = 0; i < count; i++) {
                wanted[i] -= (int) firstRow;
            }
            target.append(values, own.nullFree, wanted, 0, count);
        }
    }

    private void find(Column own, int column) {
        own.inFile = selectedRows == null ? whole.rowsInFile(column) : null;
        if (own.inFile == null) {
            FieldVector values = whole.read(column, firstRow, rows);
            own.values = values;
            own.nullFree = isNullFree(values);
        }
    }

    @Override
    public long leave(int column) {
        Column own = columns[column];
        synchronized (own) {
            if (--own.lanesLeft > 0) {
                return 0;
            }
            release(own);
        }
        return whole.leave(column);
    }

    private static boolean isNullFree(FieldVector vector) {
        return vector.getNullCount() == 0
                && vector.getChildrenFromFields().stream().allMatch(ResidentUnit::isNullFree);
    }

    private static void release(Column column) {
        if (column.values != null) {
            column.values.close();
            column.values = null;
        }
    }

    @Override
    public boolean isDone() {
        return whole.isDone();
    }

    @Override
    public void cancel() {
        whole.cancel();
    }

    @Override
    public long close() {
        for (Column column : columns) {
            synchronized (column) {
                release(column);
            }
        }
        return whole.close();
    }
}
