// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.internal.plan.Lw1;
import org.jspecify.annotations.Nullable;

/**
 * How the rows of an epoch are shuffled: the same rows in the same order for every number of readers, threads and depth of
 * prefetching. An immutable value.
 *
 * <p>The units of a data set (of Parquet its row groups) are permuted and put one behind the other; that sequence is cut into
 * {@code lanes} of equal length, each lane into windows of {@code window} rows, and the rows of each window are permuted. Rows are
 * then taken from all lanes in turn. More lanes and larger windows mix better, and take more memory: all lanes have a window, and the
 * page that they read from, in memory.
 *
 * @param seed any number; the same seed gives the same orders
 * @param epoch which pass over the data, from 0; every epoch has an order of its own
 * @param lanes places of the data that are read at once; a number that all world sizes divide is best
 * @param window rows that are permuted with each other
 * @param tail what becomes of the rows at the end that do not fill a global batch
 * @param buckets by what rows of a window are put together, or null: by nothing
 */
public record Shuffle(long seed, long epoch, int lanes, int window, Tail tail, @Nullable LengthBuckets buckets) {
    /** The generator by which rows are permuted, as states name it. */
    public static final String ALGORITHM = "lw1";

    /** Lanes unless told otherwise. */
    public static final int LANES_DEFAULT = 48;

    /** Rows of a window unless told otherwise. */
    public static final int WINDOW_DEFAULT = 1024;

    /** Sets keys of rows apart from those by which rows are permuted. */
    private static final long ROW = 4;

    private static final int LANES_MAX = 1 << 14;
    private static final int WINDOW_MAX = 1 << 20;

    /** What becomes of the rows at an epoch's end that do not fill a global batch. */
    public enum Tail {
        /** They are left out: the same rows for every number of readers. */
        DROP,

        /** The last batch is filled up with rows from the epoch's start, which are marked as not valid. */
        PAD,

        /** The last batch of a reader is short, or empty: all readers have as many batches. */
        RAGGED
    }

    /**
     * Rows of similar length come in one batch, so that little of it is padding.
     *
     * @param column a top-level column of strings, binary or lists: its bytes or elements count, and nothing where it is null
     * @param rows of a lane that have similar lengths and come one after the other
     */
    public record LengthBuckets(String column, int rows) {
        private static final int COLUMN_LENGTH_MAX = 64;

        public LengthBuckets {
            requireWithin("rows of a bucket", rows, 1, WINDOW_MAX);
            requireWithin("the length of a bucketed column's name", column.length(), 1, COLUMN_LENGTH_MAX);
        }
    }

    public Shuffle {
        requireWithin("epoch", epoch, 0, Long.MAX_VALUE);
        requireWithin("lanes", lanes, 1, LANES_MAX);
        requireWithin("window", window, 1, WINDOW_MAX);
        if (buckets != null) {
            requireWithin("rows of a bucket", buckets.rows(), 1, window);
        }
    }

    private static void requireWithin(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw ForebayException.usage(what + " must be from " + least + " to " + most + ": " + what + "=" + value);
        }
    }

    /** The first epoch of a seed, with default lanes and window, dropping what does not fill a batch. */
    public static Shuffle seed(long seed) {
        return new Shuffle(seed, 0, LANES_DEFAULT, WINDOW_DEFAULT, Tail.DROP, null);
    }

    public Shuffle epoch(long value) {
        return new Shuffle(seed, value, lanes, window, tail, buckets);
    }

    public Shuffle lanes(int value) {
        return new Shuffle(seed, epoch, value, window, tail, buckets);
    }

    public Shuffle window(int rows) {
        return new Shuffle(seed, epoch, lanes, rows, tail, buckets);
    }

    public Shuffle tail(Tail value) {
        return new Shuffle(seed, epoch, lanes, window, value, buckets);
    }

    /**
     * Rows of similar length together: the rows of each window are cut by length into buckets of {@code rows}, which come in an order
     * that is drawn, the same for all lanes. A global batch takes rows of one length from all lanes when it has {@code rows} times
     * {@code lanes} of them, and {@code rows} divides the window. Epochs, states and numbers of readers are as without; which row is where
     * is known once the column is read.
     *
     * @param column a top-level column of strings, binary or lists, which must be selected
     */
    public Shuffle bucketByLength(String column, int rows) {
        return new Shuffle(seed, epoch, lanes, window, tail, new LengthBuckets(column, rows));
    }

    /**
     * A seed for what is drawn at random for a row, such as an augmentation: {@code new SplittableRandom(shuffle.rowSeed(number))}. It
     * depends on the row's number, the seed and the epoch alone, so that every number of readers draws the same, and another epoch something
     * else. The epoch that a stream is in is that of the shuffle in {@link BatchStream#checkpoint()}, before its last batch.
     *
     * @param row its number, as in {@link Batch#rowNumbers()}: among the rows that pass, where a filter is not local
     */
    public long rowSeed(long row) {
        return Lw1.key(ROW, seed, epoch, row);
    }
}
