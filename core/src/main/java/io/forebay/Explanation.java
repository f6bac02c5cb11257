// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a stream would read.
 *
 * @param units units of the data set
 * @param unitsRead units that will be read; the others hold no wanted row or are ruled out by one of {@code steps}
 * @param rows rows of the data set
 * @param firstRow the first global row of the read
 * @param endRow one past its last
 * @param bytes bytes of the wanted columns in all units
 * @param bytesRead bytes of them that will be read at most; where a filter finds that no row of a batch passes, the other columns
 *     are not read there
 * @param requests reads of a remote storage that this takes, beside those of metadata; what the filter leaves out within a unit
 *     may make it fewer
 * @param steps what the claims of the data about themselves rule out for the filter, in the order in which they are looked at
 * @param columns names and types of the columns that are decoded, those for the filter alone included
 * @param filter the filter as it is applied, or empty
 * @param warnings what makes the read slower than it could be
 * @param shuffle what is to be said of a shuffled read, or null
 */
public record Explanation(
        int units,
        int unitsRead,
        long rows,
        long firstRow,
        long endRow,
        long bytes,
        long bytesRead,
        long requests,
        List<Step> steps,
        List<String> columns,
        String filter,
        List<String> warnings,
        @Nullable ShuffleFigures shuffle) {
    /**
     * What one kind of claims rules out, of what those before it left.
     *
     * @param by statistics (and the values that paths spell out), bloom filters, dictionaries or page index
     * @param units whole units
     * @param rows rows, those of the units included
     * @param bytes bytes of the wanted columns that need not be read
     */
    public record Step(String by, int units, long rows, long bytes) {}

    /**
     * What is to be said of a shuffled read.
     *
     * @param rows rows in the order: those that pass the filter, or, where it is local, all of them
     * @param steps batches that every reader gets, or, unless steps are equal, that any reader gets at most
     * @param equalSteps whether all readers take as many steps: not where a filter is local
     * @param batchRows rows of one of them
     * @param lanes lanes that this reader reads
     * @param adjacentShare of two rows that follow each other in the data, how likely they come in the same global batch: what is left
     *     of the data's own order, 1 for all of it
     * @param uniformShare the same for a perfect shuffle
     * @param peakBytes memory that the read will use, estimated
     * @param budgetBytes memory that the context has
     * @param refusal why the read will be refused, or empty
     */
    public record ShuffleFigures(
            long rows,
            long steps,
            boolean equalSteps,
            int batchRows,
            int lanes,
            double adjacentShare,
            double uniformShare,
            long peakBytes,
            long budgetBytes,
            String refusal) {
        @Override
        public String toString() {
            return "shuffled: " + (equalSteps ? "" : "at most ") + steps + " steps of " + batchRows
                    + " rows for each reader, " + lanes
                    + " lanes, about "
                    + peakBytes + " of " + budgetBytes + " bytes of memory\nneighbours in one batch: "
                    + String.format(Locale.ROOT, "%.4f (%.4f in a perfect shuffle)", adjacentShare, uniformShare)
                    + (refusal.isEmpty() ? "" : "\nrefused: " + refusal);
        }
    }

    /** The explanation as a few lines of text. */
    @Override
    public String toString() {
        return "reads " + unitsRead + " of " + units + " units, " + bytesRead + " of " + bytes + " bytes, in "
                + requests
                + " requests if remote, rows " + firstRow + " to " + endRow + " of " + rows + "\ncolumns: "
                + String.join(", ", columns)
                + (filter.isEmpty() ? "" : "\nfilter: " + filter)
                + steps.stream()
                        .map(step -> "\nruled out by " + step.by + ": " + step.units + " units, " + step.rows
                                + " rows, " + step.bytes + " bytes")
                        .collect(Collectors.joining())
                + (shuffle == null ? "" : "\n" + shuffle)
                + warnings.stream().map(warning -> "\nwarning: " + warning).collect(Collectors.joining());
    }

    /** The same, of a shuffled read, with further warnings. */
    public Explanation withShuffle(ShuffleFigures figures, List<String> furtherWarnings) {
        List<String> all =
                Stream.concat(warnings.stream(), furtherWarnings.stream()).toList();
        return new Explanation(
                units, unitsRead, rows, firstRow, endRow, bytes, bytesRead, requests, steps, columns, filter, all,
                figures);
    }
}
