// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * A run of rows of one unit on its way from storage to a batch: the part of a batch that lies within the unit.
 *
 * <p>Guarded by its scheduler's lock, except that the columns of a lane are written by the one worker that decodes it
 * and read by others only after that worker has reported.
 */
final class Slice {
    private static final int[] NONE = new int[0];

    final OpenUnit unit;
    final long firstRow;
    final int rows;
    private final int ordinalInUnit;

    /** The decoded columns by ordinal of the plan's fields; null until decoded, or where no row is wanted. */
    final @Nullable FieldVector[] columns;

    /** Of each column whether only the rows that pass were decoded. */
    private final boolean[] holdsSelected;

    /** The rows that pass, ascending and relative to the first, or null for all; final once no filter lane is left. */
    int @Nullable [] selected;

    /** Rows, as of {@link #selected}, that do not pass since the filter's columns are bad there; ascending, and final when that is. */
    int[] unfiltered = NONE;

    @Nullable
    Throwable failure;

    /** Lanes that are still to be decoded; −1 until the unit is open. */
    private int lanesLeft = -1;

    /** Those of them that the filter needs. */
    private int filterLanesLeft;

    /** The same, counted down by the workers themselves before they report. */
    private final AtomicInteger filterLanesPending = new AtomicInteger();

    Slice(OpenUnit unit, long firstRow, int rows, int columnCount) {
        this.unit = unit;
        this.firstRow = firstRow;
        this.rows = rows;
        this.ordinalInUnit = unit.slicesMade++;
        this.columns = new FieldVector[columnCount];
        this.holdsSelected = new boolean[columnCount];
    }

    /** Counts the lanes to decode, once the unit is open. */
    void countLanes() {
        if (!unit.mayPass(firstRow, rows)) {
            selected = new int[0];
        }
        lanesLeft = 0;
        for (OpenUnit.Lane lane : unit.lanes()) {
            lanesLeft++;
            filterLanesLeft += lane.filtered ? 1 : 0;
        }
        filterLanesPending.set(filterLanesLeft);
    }

    /** True when {@code lane} may decode this slice now. */
    boolean isReadyFor(OpenUnit.Lane lane) {
        return lanesLeft > 0
                && failure == null
                && !lane.busy
                && lane.nextSlice == ordinalInUnit
                && (lane.filtered || filterLanesLeft == 0);
    }

    /** Told once by each worker that has decoded a lane of the filter; answers true to the last of them. */
    boolean countDownFilterLanes() {
        return filterLanesPending.decrementAndGet() == 0;
    }

    /** Notes that a lane has been decoded, and the filter evaluated if the lane was the last that it needs. */
    void laneDone(OpenUnit.Lane lane) {
        lane.busy = false;
        lane.nextSlice++;
        lanesLeft--;
        filterLanesLeft -= lane.filtered ? 1 : 0;
    }

    boolean isComplete() {
        return lanesLeft == 0 || failure != null;
    }

    long endRow() {
        return firstRow + rows;
    }

    /** The first row, counted within the unit. */
    long rowInUnit() {
        return firstRow - unit.source.firstRow();
    }

    boolean isFirstOfUnit() {
        return ordinalInUnit == 0;
    }

    int selectedCount() {
        int[] some = selected;
        return some == null ? rows : some.length;
    }

    /**
     * Takes what was decoded of a lane.
     *
     * @param selectedOnly whether that is only the rows that pass
     */
    void take(OpenUnit.Lane lane, FieldVector[] vectors, boolean selectedOnly) {
        for (int i = 0; i < vectors.length; i++) {
            columns[lane.columns[i]] = vectors[i];
            holdsSelected[lane.columns[i]] = selectedOnly;
        }
    }

    /** The rows that pass as ordinals of a column's vector, or null where that has no other rows. */
    int @Nullable [] selectedOf(int column) {
        return holdsSelected[column] ? null : selected;
    }

    /** Bytes that the columns of a lane take. */
    long bytesOf(int[] laneColumns) {
        long bytes = 0;
        for (int column : laneColumns) {
            FieldVector vector = columns[column];
            bytes += vector == null ? 0 : vector.getBufferSize();
        }
        return bytes;
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
