// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.Iterator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The batches of a data set, in order, decoded ahead of the consumer within the context's memory budget.
 *
 * <p>One thread calls {@link #next}. {@link #close} may come from any thread, and it or an interrupt ends a wait in
 * {@code next} with a {@link ForebayException} of kind {@code cancelled}. Batches outlive the stream that made them; the
 * stream's memory is returned when the stream and all its batches are closed.
 */
public interface BatchStream extends Iterable<Batch>, AutoCloseable {
    /** The schema of every batch. */
    Schema schema();

    /**
     * The next batch, which the caller owns, or null at the end. Every batch but the last has exactly the data set's
     * batch rows.
     *
     * @throws ForebayException when the data are damaged, unsupported, gone or too large; every further call fails the same way
     */
    @Nullable
    Batch next();

    /**
     * The batches that {@link #next} has yet to return, for a loop {@code for (Batch batch : batches) try (batch) {...}}.
     * All iterators of a stream share its one position.
     */
    @Override
    Iterator<Batch> iterator();

    /** The state after the last batch that {@link #next} returned; batches decoded ahead do not count. */
    Checkpoint checkpoint();

    /** What the stream has done so far. */
    Progress progress();

    @Override
    void close();

    /**
     * Counters of a stream.
     *
     * @param rows rows delivered
     * @param batches batches delivered
     * @param bytesRead bytes read from storage, of units that are finished
     * @param waitNanos time that the consumer waited in {@link BatchStream#next}
     * @param badRows rows of those delivered that are not valid since they could not be read, and rows left out since what a filter needs of
     *     them could not be; none unless the data set {@linkplain Dataset#badRows(BadRows) goes on} behind such rows
     * @param peakBytes the most memory that the stream and its batches held at one time, scratch included
     */
    record Progress(long rows, long batches, long bytesRead, long waitNanos, long badRows, long peakBytes) {}
}
