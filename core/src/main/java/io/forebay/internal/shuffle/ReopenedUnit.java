// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.SelectedRows;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * A unit that lanes share and that is opened anew for each column of each block: it holds no page between two blocks, and decompresses
 * the same ones over and over. For when the open pages of all lanes are too much for the memory budget.
 */
final class ReopenedUnit implements RowSource {
    private final ManifestUnit unit;
    private final SelectedRows.@Nullable OfUnit selectedRows;
    private final List<Field> fields;
    private final BufferAllocator allocator;

    /** Guards what follows, but not the time that it takes to read. */
    private final Object life = new Object();

    /** Of each column that is being read how far it is. */
    private final @Nullable Pass[] passes;

    /** How many lanes still need each column, in all. */
    private int columnsLeft;

    private long bytesRead;
    private boolean cancelled;

    /** One column read front to back; the next row is known to who reads it. */
    private static final class Pass {
        final Segment segment;
        long nextRow;

        Pass(Segment segment) {
            this.segment = segment;
        }
    }

    /**
     * A unit that is not open.
     *
     * @param selectedRows the rows of the unit that are in the order, or null for all
     * @param lanes how many lanes have rows of it
     */
    ReopenedUnit(
            ManifestUnit unit,
            SelectedRows.@Nullable OfUnit selectedRows,
            int lanes,
            List<Field> fields,
            BufferAllocator allocator) {
        this.unit = unit;
        this.selectedRows = selectedRows;
        this.fields = fields;
        this.allocator = allocator;
        this.passes = new Pass[fields.size()];
        this.columnsLeft = Math.multiplyExact(lanes, fields.size());
    }

    /** Lanes follow each other through the unit, and so their rows of a block do. */
    @Override
    public void appendTo(RowTarget target, int column, long row, int rows) {
        Pass pass = pass(column);
        if (pass == null || pass.nextRow > row) {
            pass = start(column);
        }
        pass.segment.appendTo(target, 0, row, rows);
        pass.nextRow = row + rows;
    }

    private @Nullable Pass pass(int column) {
        synchronized (life) {
            return passes[column];
        }
    }

    private Pass start(int column) {
        rest(column);
        Pass started = new Pass(
                new Segment(new UnitOpener(unit, List.of(fields.get(column)), allocator, null, 1), selectedRows));
        synchronized (life) {
            passes[column] = started;
            if (cancelled) {
                started.segment.cancel();
            }
        }
        return started;
    }

    @Override
    public void rest(int column) {
        Pass ended;
        synchronized (life) {
            ended = passes[column];
            passes[column] = null;
        }
        if (ended != null) {
            long bytes = ended.segment.close();
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
            for (Pass pass : passes) {
                if (pass != null) {
                    pass.segment.cancel();
                }
            }
        }
    }

    @Override
    public long close() {
        for (int column = 0; column < passes.length; column++) {
            rest(column);
        }
        synchronized (life) {
            return columnsLeft == 0 ? 0 : bytesRead;
        }
    }
}
