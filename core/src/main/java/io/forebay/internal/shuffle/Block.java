// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import static io.forebay.StepOrder.PADDING;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run of a reader's rows, and where they come from: some pieces of units, read one after the other, and for each row which of the
 * rows of these pieces it is.
 */
final class Block {
    /**
     * Rows of a unit that follow each other.
     *
     * @param row the first of them, counted among the rows of the unit that are in the order
     * @param number the number of that row, or {@link io.forebay.StepOrder#PADDING} where rows only fill a batch up
     * @param last whether their lane needs nothing more of the source
     */
    record Piece(RowSource source, long row, long number, int rows, boolean last) {}

    /** Answers of each of a block's rows which row of its pieces it is. */
    interface Picker {
        /**
         * The table of picks, which may be longer than it need be.
         *
         * @param lengths of the rows of the pieces, where rows are put together by these
         */
        int[] picks(int rows, int @Nullable [] lengths);
    }

    private final List<Piece> pieces;
    private final long first;
    private final int rows;
    private final Picker picker;
    private int @Nullable [] picks;

    /**
     * A block.
     *
     * @param first the ordinal of its first row among the rows that the reader delivers
     * @param rows how many of these it has
     * @param picker answers the row of the pieces that each of so many rows is
     */
    Block(List<Piece> pieces, long first, int rows, Picker picker) {
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
    int[] picks() {
        return picks(null);
    }

    /** As {@link #picks()}, of rows of these lengths, which count for whoever asks first. */
    synchronized int[] picks(int @Nullable [] lengths) {
        int[] made = picks;
        if (made == null) {
            made = picker.picks(rows, lengths);
            picks = made;
        }
        return made;
    }

    /** The numbers of the rows of the pieces. */
    long[] rowNumbers() {
        long[] numbers = new long[pieceRows()];
        int row = 0;
        for (Piece piece : pieces) {
            for (int i = 0; i < piece.rows(); i++) {
                numbers[row++] = piece.number() == PADDING ? PADDING : piece.number() + i;
            }
        }
        return numbers;
    }
}
