// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.ForebayException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The rows that a stream's readers have found to be bad, as runs of each column. Thread-safe. */
public final class BadRowLog {
    /** Runs of a column that are remembered: some hundred bytes each. */
    private static final int RUNS_MAX = 1 << 18;

    /** Of each column of the plan its bad runs by their first row; rows are numbered as in the data set. */
    private final List<NavigableMap<Long, Run>> columns = new ArrayList<>();

    private volatile boolean empty = true;

    public BadRowLog(int columnCount) {
        for (int i = 0; i < columnCount; i++) {
            columns.add(new TreeMap<>());
        }
    }

    /** Bad rows {@code [first, end)} of a column that fail the same way. */
    record Run(long first, long end, String error) {}

    /** Whether no row is known to be bad; streams of data without damage ask nothing else. */
    public boolean isEmpty() {
        return empty;
    }

    /** Notes that rows {@code [first, end)} are bad; of rows that are known to be, the first error stays. */
    synchronized void note(int column, long first, long end, String error) {
        for (long row = first; row < end; ) {
            Run known = next(column, row, end);
            long gapEnd = known == null ? end : known.first;
            if (row < gapEnd) {
                add(columns.get(column), row, gapEnd, error);
            }
            row = known == null ? end : known.end;
        }
    }

    private static void requireFewer(int runs) {
        if (runs >= RUNS_MAX) {
            throw ForebayException.limit(
                    "runs of bad rows must fit the heap: a column has at most " + RUNS_MAX + " of them");
        }
    }

    /** Adds a run, to the one that it goes on with if there is one. */
    private void add(NavigableMap<Long, Run> runs, long first, long end, String error) {
        Map.Entry<Long, Run> before = runs.lowerEntry(first);
        boolean goesOn = before != null
                && before.getValue().end == first
                && before.getValue().error.equals(error);
        requireFewer(runs.size());
        long from = goesOn ? before.getKey() : first;
        runs.put(from, new Run(from, end, goesOn ? before.getValue().error : error));
        empty = false;
    }

    /** The first run that has one of the rows {@code [from, to)}, or null. */
    synchronized @Nullable Run next(int column, long from, long to) {
        if (from >= to) {
            return null;
        }
        NavigableMap<Long, Run> runs = columns.get(column);
        Map.Entry<Long, Run> at = runs.floorEntry(from);
        if (at == null || at.getValue().end <= from) {
            at = runs.higherEntry(from);
        }
        return at == null || at.getKey() >= to ? null : at.getValue();
    }

    /** A row, if one of the first {@code columnCount} columns is bad there, else null. */
    public synchronized @Nullable BadRow find(long row, int columnCount) {
        for (int column = 0; column < columnCount; column++) {
            BadRow found = findIn(column, row);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    /** A row, if one of some columns is bad there, else null. */
    public synchronized @Nullable BadRow find(long row, boolean[] some) {
        for (int column = 0; column < some.length; column++) {
            BadRow found = some[column] ? findIn(column, row) : null;
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private @Nullable BadRow findIn(int column, long row) {
        Run run = columns.get(column).isEmpty() ? null : next(column, row, row + 1);
        return run == null ? null : new BadRow(row, column, run.error);
    }

    /** Which of {@code rows} rows from {@code first} on are bad in one of some columns. */
    public synchronized BitSet within(long first, int rows, boolean[] some) {
        BitSet bad = new BitSet();
        long end = first + rows;
        for (int column = 0; column < some.length; column++) {
            Run run = some[column] ? next(column, first, end) : null;
            while (run != null) {
                bad.set((int) (Math.max(first, run.first) - first), (int) (Math.min(end, run.end) - first));
                run = next(column, Math.min(end, run.end), end);
            }
        }
        return bad;
    }

    /** Forgets runs that end before {@code row}: nobody asks for them again. */
    public synchronized void forgetBefore(long row) {
        boolean noneLeft = true;
        for (NavigableMap<Long, Run> runs : columns) {
            while (!runs.isEmpty() && runs.firstEntry().getValue().end <= row) {
                runs.pollFirstEntry();
            }
            noneLeft &= runs.isEmpty();
        }
        empty = noneLeft;
    }
}
