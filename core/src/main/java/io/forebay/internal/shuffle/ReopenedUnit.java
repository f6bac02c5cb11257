// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.SelectedRows;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A unit that is opened anew for each run of rows of each column: it holds no page between two runs, and decompresses the same ones over
 * and over. For when the open pages of all lanes are too much for the memory budget.
 */
final class ReopenedUnit implements RowSource {
    private final ManifestUnit unit;
    private final SelectedRows.@Nullable OfUnit selectedRows;
    private final List<Field> fields;
    private final BufferAllocator allocator;

    /** Guards what follows, but not the time that it takes to read. */
    private final Object life = new Object();

    private final List<Segment> open = new ArrayList<>();
    private int columnsLeft;
    private long bytesRead;
    private boolean cancelled;

    /** @param selectedRows the rows of the unit that are in the order, or null for all */
    ReopenedUnit(
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

    @Override
    public void appendTo(RowTarget target, int column, long row, int rows) {
        Segment segment = new Segment(unit, selectedRows, List.of(fields.get(column)), allocator, null);
        synchronized (life) {
            open.add(segment);
            if (cancelled) {
                segment.cancel();
            }
        }
        try {
            segment.appendTo(target, 0, row, rows);
        } finally {
            synchronized (life) {
                open.remove(segment);
            }
            long bytes = segment.close();
            synchronized (life) {
                bytesRead += bytes;
            }
        }
    }

    @Override
    public long leave(int column) {
        synchronized (life) {
            return --columnsLeft == 0 ? bytesRead : 0;
        }
    }

    @Override
    public boolean isDone() {
        synchronized (life) {
            return columnsLeft == 0;
        }
    }

    @Override
    public void cancel() {
        synchronized (life) {
            cancelled = true;
            open.forEach(Segment::cancel);
        }
    }

    @Override
    public long close() {
        synchronized (life) {
            return columnsLeft == 0 ? 0 : bytesRead;
        }
    }
}
