// SPDX-License-Identifier: Apache-2.0
package io.forebay;

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
 */
public record Shuffle(long seed, long epoch, int lanes, int window, Tail tail) {
    /** The generator by which rows are permuted, as states name it. */
    public static final String ALGORITHM = "lw1";

    /** Lanes unless told otherwise. */
    public static final int LANES_DEFAULT = 48;

    /** Rows of a window unless told otherwise. */
    public static final int WINDOW_DEFAULT = 1024;

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

    public Shuffle {
        requireWithin("epoch", epoch, 0, Long.MAX_VALUE);
        requireWithin("lanes", lanes, 1, LANES_MAX);
        requireWithin("window", window, 1, WINDOW_MAX);
    }

    private static void requireWithin(String what, long value, long least, long most) {
        if (value < least || value > most) {
            throw ForebayException.usage(what + " must be from " + least + " to " + most + ": " + what + "=" + value);
        }
    }

    /** The first epoch of a seed, with default lanes and window, dropping what does not fill a batch. */
    public static Shuffle seed(long seed) {
        return new Shuffle(seed, 0, LANES_DEFAULT, WINDOW_DEFAULT, Tail.DROP);
    }

    public Shuffle epoch(long value) {
        return new Shuffle(seed, value, lanes, window, tail);
    }

    public Shuffle lanes(int value) {
        return new Shuffle(seed, epoch, value, window, tail);
    }

    public Shuffle window(int rows) {
        return new Shuffle(seed, epoch, lanes, rows, tail);
    }

    public Shuffle tail(Tail value) {
        return new Shuffle(seed, epoch, lanes, window, value);
    }
}
