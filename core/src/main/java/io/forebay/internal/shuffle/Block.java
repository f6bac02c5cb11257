// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import java.util.List;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * A run of a reader's rows, and where they come from: some pieces of units, read one after the other, and for each row which of the
 * rows of these pieces it is.
 */
final class Block {
    /** Rows of a unit that follow each other. {@code last} when their lane needs nothing more of the source. */
    record Piece(RowSource source, long row, int rows, boolean last) {}

    private final List<Piece> pieces;
    private final long first;
    private final int rows;
    private final IntFunction<int[]> picker;
    private int @Nullable [] picks;

    /**
     * A block.
     *
     * @param first the ordinal of its first row among the rows that the reader delivers
     * @param rows how many of these it has
     * @param picker answers the row of the pieces that each of so many rows is
     */
    Block(List<Piece> pieces, long first, int rows, IntFunction<int[]> picker) {
        this.pieces = pieces;
        this.first = first;
        this.rows = rows;
        this.picker = picker;
    }

    List<Piece> pieces() {
        return pieces;
    }

    long first() {
        return first;
    }

    long end() {
        return first + rows;
    }

    int pieceRows() {
        int sum = 0;
        for (Piece piece : pieces) {
            sum = Math.addExact(sum, piece.rows());
        }
        return sum;
    }

    /** The table of {@link #picks}, which nobody needs any more, for another block; null if none was made. */
    synchronized int @Nullable [] takePicks() {
        int[] made = picks;
        picks = null;
        return made;
    }

    /** Of each row which row of the pieces it is, counted over all of them, in a table that may be longer; made by whoever asks first. */
    synchronized int[] picks() {
        int[] made = picks;
        if (made == null) {
            made = picker.apply(rows);
            picks = made;
        }
        return made;
    }
}
