// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import java.util.stream.Collectors;

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
        List<String> warnings) {
    /**
     * What one kind of claims rules out, of what those before it left.
     *
     * @param by statistics (and the values that paths spell out), bloom filters, dictionaries or page index
     * @param units whole units
     * @param rows rows, those of the units included
     * @param bytes bytes of the wanted columns that need not be read
     */
    public record Step(String by, int units, long rows, long bytes) {}

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
                + warnings.stream().map(warning -> "\nwarning: " + warning).collect(Collectors.joining());
    }
}
