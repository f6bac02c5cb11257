// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.internal.filter.RowRanges;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.internal.plan.ReadPlan;
import io.forebay.spi.UnitReader;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A unit that is being read: its reader, and for every lane how far it has come. Guarded by its scheduler's lock, but for
 * {@link #takeOver} and the reader's own calls, which the one worker that has claimed them makes.
 */
final class OpenUnit {
    final ManifestUnit source;
    private @Nullable UnitReader reader;
    private RowRanges candidates = RowRanges.NONE;
    private Lane[] lanes = new Lane[0];
    private State state = State.UNTOUCHED;
    private long bytes = -1;

    /** Slices of this unit made so far, and those of them that are complete. */
    int slicesMade;

    int slicesComplete;

    /** True once no further slice of this unit will be made. */
    boolean planned;

    private enum State {
        UNTOUCHED,
        OPENING,
        OPEN
    }

    OpenUnit(ManifestUnit source) {
        this.source = source;
    }

    /** One lane of the reader. */
    static final class Lane {
        /** The columns it yields, as ordinals of the plan's fields. */
        final int[] columns;

        /** Whether the filter needs one of them. */
        final boolean filtered;

        /** The row of the unit before which the lane stands. */
        long row;

        /** The ordinal, within the unit, of the slice that comes next. */
        int nextSlice;

        boolean busy;

        Lane(int[] columns, boolean filtered) {
            this.columns = columns;
            this.filtered = filtered;
        }
    }

    /** Bytes of the columns that a plan reads. */
    long bytes(ReadPlan plan) {
        if (bytes < 0) {
            bytes = source.unit().sizeBytes(plan.fields());
        }
        return bytes;
    }

    boolean isUntouched() {
        return state == State.UNTOUCHED;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    /** Claims the opening for one worker. */
    void claimOpening() {
        state = State.OPENING;
    }

    /** Leaves the opening to whoever needs the unit. */
    void giveOpeningUp() {
        state = State.UNTOUCHED;
    }

    /** Notes which rows may pass the filter. A unit without any needs no reader. */
    void takeCandidates(RowRanges rows) {
        candidates = rows;
    }

    /** False when none of some rows passes the filter; known once the unit is open. */
    boolean mayPass(long firstRow, int rows) {
        long first = firstRow - source.firstRow();
        return candidates.overlaps(first, first + rows);
    }

    /** Takes over the reader and counts its lanes; none is decoded before {@link #startDecoding}. */
    void takeOver(UnitReader newReader, boolean[] filterColumns) {
        reader = newReader;
        Lane[] opened = new Lane[newReader.laneCount()];
        for (int i = 0; i < opened.length; i++) {
            int[] columns = newReader.columnsOf(i);
            opened[i] = new Lane(columns, Arrays.stream(columns).anyMatch(column -> filterColumns[column]));
        }
        lanes = opened;
    }

    /** Lets the lanes be decoded. */
    void startDecoding() {
        state = State.OPEN;
    }

    Lane[] lanes() {
        return lanes;
    }

    UnitReader reader() {
        UnitReader current = reader;
        if (current == null) {
            throw new IllegalStateException("a unit must be open to be read: " + source.place());
        }
        return current;
    }

    /** Ends what lanes wait for. */
    void cancel() {
        UnitReader current = reader;
        if (current != null && state == State.OPEN) {
            current.cancel();
        }
    }

    /** Closes the reader, once; returns the bytes that it read. */
    long close() {
        UnitReader current = reader;
        reader = null;
        if (current == null) {
            return 0;
        }
        long bytesRead = current.bytesRead();
        current.close();
        return bytesRead;
    }
}
