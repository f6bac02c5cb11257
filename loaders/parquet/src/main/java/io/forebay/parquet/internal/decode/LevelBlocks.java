// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.parquet.internal.page.Page;

/**
 * The levels of a leaf of a nested column, a block at a time: either one pair of levels over and over, as long runs of the
 * encoding have them, or up to {@link #BLOCK_LEVELS} pairs, written out. Levels that contradict each other are refused. Not
 * thread-safe.
 */
final class LevelBlocks {
    /** The most pairs that are written out, few enough to stay in the processor's first cache. */
    static final int BLOCK_LEVELS = 1024;

    /** A run of this length is not written out. */
    static final int REPEATED_LEAST = 32;

    private final LevelRuns repetitionRuns;
    private final LevelRuns definitionRuns;

    final int repetitionMax;

    /** Of each repetition level above 0 the definition level from which on the list that it goes on with has an element. */
    private final int[] elementDefinition;

    /** The pairs {@code [next, end)} of the block, or the one pair that stands for all of them. */
    final byte[] repetition = new byte[BLOCK_LEVELS];

    final byte[] definition = new byte[BLOCK_LEVELS];
    private boolean repeated;
    private int leastDefinition;
    private int next;
    private int end;

    private int rowsBegun;

    /** Levels of the page that are in no block yet. */
    private int pageLeft;

    /** The definition level of the last pair before the block. */
    private int definitionBefore;

    /**
     * Levels of a leaf.
     *
     * @param definitionMax the greatest definition level
     * @param elementDefinition the levels at which the lists above the leaf have elements, the outermost first
     */
    LevelBlocks(int definitionMax, int[] elementDefinition) {
        this.repetitionRuns = new LevelRuns(elementDefinition.length);
        this.definitionRuns = new LevelRuns(definitionMax);
        this.repetitionMax = elementDefinition.length;
        this.elementDefinition = new int[repetitionMax + 1];
        System.arraycopy(elementDefinition, 0, this.elementDefinition, 1, elementDefinition.length);
    }

    /** Loads the next of {@code pages} and starts it. */
    Page load(DataPages pages) {
        Page page = pages.load(repetitionRuns, definitionRuns);
        pageLeft = page.valueCount;
        next = 0;
        end = 0;
        return page;
    }

    /** Whether the page has no pair left, so that its memory may go. */
    boolean isAtEndOfPage() {
        return next == end && pageLeft == 0;
    }

    /** Whether the leaf lies within a list. */
    boolean haveLists() {
        return repetitionMax > 0;
    }

    /** Has the next pair begin a row, as the first one of a page must that is read alone. */
    void beginRow() {
        definitionBefore = 0;
    }

    /** Has the next pair begin a row: what came before it has been passed over. */
    void restart() {
        beginRow();
        pageLeft = 0;
        next = 0;
        end = 0;
    }

    /** How many rows the page begins that was just started. */
    int rowsOfPage() {
        if (repetitionMax == 0) {
            return pageLeft;
        }
        LevelRuns ahead = repetitionRuns.copy();
        byte[] some = new byte[BLOCK_LEVELS];
        int rows = 0;
        for (int left = pageLeft; left > 0; ) {
            int count = Math.min(Math.min(left, BLOCK_LEVELS), ahead.readable());
            ahead.read(some, 0, count);
            for (int i = 0; i < count; i++) {
                rows += some[i] == 0 ? 1 : 0;
            }
            left -= count;
        }
        return rows;
    }

    /** Makes sure that the block has a pair left; false at the end of the page. */
    boolean fill() {
        if (next < end) {
            return true;
        }
        if (pageLeft == 0) {
            return false;
        }
        next = 0;
        int same = repeatedLeft();
        repeated = same >= REPEATED_LEAST;
        end = repeated ? repeatBlock(same) : writeBlock();
        requireConsistent();
        pageLeft -= end;
        return true;
    }

    /** How many of the next pairs are one pair. */
    private int repeatedLeft() {
        return Math.min(pageLeft, Math.min(repetitionRuns.repeatedLeft(), definitionRuns.repeatedLeft()));
    }

    private int repeatBlock(int count) {
        repetition[0] = (byte) repetitionRuns.repeated();
        definition[0] = (byte) definitionRuns.repeated();
        leastDefinition = definition[0];
        repetitionRuns.skipRepeated(count);
        definitionRuns.skipRepeated(count);
        return count;
    }

    /** Writes pairs out until the block is full or a long run begins. */
    private int writeBlock() {
        int most = Math.min(BLOCK_LEVELS, pageLeft);
        int done = 0;
        definitionRuns.startBlock();
        do {
            int count = Math.min(most - done, Math.min(repetitionRuns.readable(), definitionRuns.readable()));
            repetitionRuns.read(repetition, done, count);
            definitionRuns.read(definition, done, count);
            done += count;
        } while (done < most
                && Math.min(repetitionRuns.repeatedLeft(), definitionRuns.repeatedLeft()) < REPEATED_LEAST);
        leastDefinition = definitionRuns.least();
        return done;
    }

    /** A pair that goes on with a list must find an element in it, before and now. */
    private void requireConsistent() {
        int count = repeated ? 1 : end;
        int wrong = definitionBefore - elementDefinition[repetition[0]];
        if (leastDefinition < elementDefinition[repetitionMax]) { // else no list is without an element
            int before = definitionBefore;
            for (int i = 0; i < count; i++) {
                int least = elementDefinition[repetition[i]];
                wrong |= (definition[i] - least) | (before - least);
                before = definition[i];
            }
        }
        if (wrong < 0) {
            throw ForebayException.corrupt("levels that go on with a list must find an element in it");
        }
        definitionBefore = definition[count - 1];
    }

    /** Whether all pairs of the block are the first. */
    boolean isRepeated() {
        return repeated;
    }

    /** The ordinal of the next pair in the block. */
    int next() {
        return next;
    }

    /** The least definition level of the block. */
    int leastDefinition() {
        return leastDefinition;
    }

    /**
     * Where in the block the next {@code rows} rows end: before the first pair that begins another one, or at the block's end.
     * {@link #rowsBegun} tells how many rows begin before there.
     */
    int endOf(int rows) {
        if (repeated || repetitionMax == 0) {
            int to = repetition[0] == 0 ? next + Math.min(rows, end - next) : end;
            rowsBegun = repetition[0] == 0 ? to - next : 0;
            return to;
        }
        int begun = 0;
        int i = next;
        for (; i < end; i++) {
            if (repetition[i] == 0) {
                if (begun == rows) {
                    break;
                }
                begun++;
            }
        }
        rowsBegun = begun;
        return i;
    }

    int rowsBegun() {
        return rowsBegun;
    }

    /** How many of the pairs from the next up to {@code to} have a definition level of at least {@code least}. */
    int countDefined(int to, int least) {
        if (repeated) {
            return definition[0] >= least ? to - next : 0;
        }
        int count = 0;
        for (int i = next; i < to; i++) {
            count += (least - 1 - definition[i]) >>> 31;
        }
        return count;
    }

    /** Moves on to {@code to}. */
    void advance(int to) {
        next = to;
    }
}
