// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one unit. Columns come in <i>lanes</i>: a lane is a cursor over the unit's rows that yields one or more
 * columns together (one each in columnar formats, all of them in row formats).
 *
 * <p>Each lane is used by one thread at a time and moves forward only; different lanes may be used concurrently. {@link
 * #close()} comes after the last call on every lane.
 */
public interface UnitReader extends AutoCloseable {
    int laneCount();

    /** Which of the opened columns a lane yields, as ordinals into the list given to {@link DataFile#openUnit}. */
    int[] columnsOf(int lane);

    /** Moves a lane past {@code rows} rows, reading as little as the format allows. */
    void skip(int lane, long rows);

    /**
     * Decodes the next {@code rows} rows of a lane into new vectors, in the order of {@link #columnsOf}. The caller
     * owns them.
     *
     * @throws io.forebay.ForebayException when the data are damaged, unsupported or exceed the budget; nothing leaks
     */
    FieldVector[] read(int lane, int rows);

    /**
     * As {@link #read} of {@code rows} rows, but of those at {@code selected} only, and past all of them.
     *
     * @param selected ordinals among the {@code rows} rows, ascending, at least one
     * @return null if that would not be faster than to read all rows; the lane has not moved then
     */
    default FieldVector @Nullable [] readSelected(int lane, int rows, int[] selected) {
        return null;
    }

    /**
     * The rows of a lane that yields one column, if they can be read as they lie in the file; else null, and the lane has not moved. To be
     * asked before anything else of the lane.
     */
    default @Nullable RowsInFile rowsInFile(int lane) {
        return null;
    }

    /**
     * Another reader of the same columns, before the first row, that has memory in common with this one and with all others of it: pages that
     * several stand in, dictionaries. Of readers whose lanes yield a column each: a column is read by one thread at a time in all of
     * them, but any of them may be closed meanwhile; and to cancel one may cancel all. This one decodes nothing itself, and is closed
     * after the others. Null where no memory would be saved.
     */
    default @Nullable UnitReader another() {
        return null;
    }

    /** Bytes read from storage so far. */
    long bytesRead();

    /** Ends reads that a lane waits for; what lanes do from then on may fail. From any thread, before {@link #close}. */
    default void cancel() {}

    @Override
    void close();
}
