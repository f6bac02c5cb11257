// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one unit on its way from storage to a batch: the part of a batch that lies within the unit.
 *
 * <p>Guarded by its scheduler's lock, except that the columns of a lane are written by the one worker that decodes it
 * and read by others only after that worker has reported under the lock.
 */
final class Slice {
    final OpenUnit unit;
    final long firstRow;
    final int rows;
    private final int ordinalInUnit;

    /** The decoded columns by ordinal of the plan's fields; null until decoded, or where no row is wanted. */
    final @Nullable FieldVector[] columns;

    /** The rows that pass, ascending and relative to the first, or null for all. */
    int @Nullable [] selected;

    /** Lanes that the filter needs and that are still to be decoded. */
    int filterLanesLeft;

    /** False until {@link #selected} is final. */
    boolean selectionKnown;

    /** Lanes that are still to be decoded. */
    int lanesLeft;

    @Nullable
    Throwable failure;

    Slice(OpenUnit unit, long firstRow, int rows, int columnCount) {
        this.unit = unit;
        this.firstRow = firstRow;
        this.rows = rows;
        this.ordinalInUnit = unit.slicesMade++;
        this.columns = new FieldVector[columnCount];
    }

    /** Counts the lanes to decode, once the unit is open. */
    void countLanes() {
        for (OpenUnit.Lane lane : unit.lanes()) {
            lanesLeft++;
            filterLanesLeft += lane.filtered ? 1 : 0;
        }
        selectionKnown = filterLanesLeft == 0;
    }

    /** True when {@code lane} may decode this slice now. */
    boolean isReadyFor(OpenUnit.Lane lane) {
        return !lane.busy && lane.nextSlice == ordinalInUnit && (lane.filtered || selectionKnown);
    }

    long endRow() {
        return firstRow + rows;
    }

    /** The first row, counted within the unit. */
    long rowInUnit() {
        return firstRow - unit.source.firstRow();
    }

    int selectedCount() {
        int[] some = selected;
        return some == null ? rows : some.length;
    }

    boolean isComplete() {
        return lanesLeft == 0 || failure != null;
    }

    /** Releases whatever was decoded and not taken. */
    void release() {
        for (FieldVector vector : columns) {
            if (vector != null) {
                vector.close();
            }
        }
        Arrays.fill(columns, null);
    }
}
