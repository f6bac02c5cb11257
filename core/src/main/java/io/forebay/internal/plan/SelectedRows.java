// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import java.util.Arrays;

/** Which rows of each unit of a data set pass a filter: a bit for each row. Immutable, thread-safe. */
public final class SelectedRows {
    private final OfUnit[] units;
    private final String digest;

    /**
     * The rows that pass.
     *
     * @param filterDigest of what they pass
     */
    public SelectedRows(String filterDigest, OfUnit[] units) {
        this.units = units.clone();
        Digest sum = new Digest().add(filterDigest);
        for (OfUnit unit : units) {
            sum.add(unit.count());
            for (long word : unit.words) {
                sum.add(word);
            }
        }
        this.digest = sum.finish();
    }

    OfUnit ofUnit(int unit) {
        return units[unit];
    }

    long[] counts() {
        return Arrays.stream(units).mapToLong(OfUnit::count).toArray();
    }

    /** Digest of the filter and of what passes it. */
    String digest() {
        return digest;
    }

    /** Which rows of one unit pass. */
    public static final class OfUnit {
        /** Words of 64 rows for each of which {@code before} has a count. */
        private static final int WORDS_PER_COUNT = 8;

        private final long[] words;

        /** How many rows pass before each group of words. */
        private final int[] before;

        private final int count;

        private OfUnit(long[] words) {
            this.words = words;
            this.before = new int[words.length / WORDS_PER_COUNT + 1];
            int sum = 0;
            for (int i = 0; i < words.length; i++) {
                if (i % WORDS_PER_COUNT == 0) {
                    before[i / WORDS_PER_COUNT] = sum;
                }
                sum += Long.bitCount(words[i]);
            }
            this.count = sum;
        }

        /** How many rows pass. */
        public int count() {
            return count;
        }

        /** Rows {@code [first, first + n)} of those that pass, as rows of the unit, ascending. */
        public int[] rows(int first, int n) {
            int[] rows = new int[n];
            int word = groupOf(first) * WORDS_PER_COUNT;
            int passed = before[word / WORDS_PER_COUNT];
            int found = 0;
            for (; found < n; word++) {
                int inWord = Long.bitCount(words[word]);
                if (passed + inWord > first) {
                    found = takeBits(word, first - passed, rows, found);
                }
                passed += inWord;
            }
            return rows;
        }

        /** The last group of words before which no more than {@code first} rows pass: it has row {@code first} of those. */
        private int groupOf(int first) {
            int low = 0;
            int high = (words.length - 1) / WORDS_PER_COUNT;
            while (low < high) {
                int middle = (low + high + 1) >>> 1;
                if (before[middle] <= first) {
                    low = middle;
                } else {
                    high = middle - 1;
                }
            }
            return low;
        }

        private int takeBits(int word, int skipped, int[] rows, int found) {
            long bits = words[word];
            int toSkip = Math.max(0, skipped);
            int end = found;
            for (; bits != 0 && end < rows.length; bits &= bits - 1) {
                if (toSkip > 0) {
                    toSkip--;
                } else {
                    rows[end++] = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
                }
            }
            return end;
        }
    }

    /** Notes which rows of a unit pass. Not thread-safe. */
    public static final class Builder {
        private final long[] words;

        public Builder(long rows) {
            this.words = new long[Math.toIntExact((rows + Long.SIZE - 1) / Long.SIZE)];
        }

        public void add(long row) {
            words[(int) (row >>> 6)] |= 1L << row;
        }

        public void addAll(long from, long end) {
            for (long row = from; row < end; row++) {
                add(row);
            }
        }

        public OfUnit finish() {
            return new OfUnit(words);
        }
    }
}
