// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import java.util.stream.Collectors;

/**
 * What a stream would read.
 *
 * @param units units of the data set
 * @param unitsRead units that will be opened; the others hold no wanted row or are ruled out by statistics
 * @param rows rows of the data set
 * @param firstRow the first global row of the read
 * @param endRow one past its last
 * @param bytes bytes of the wanted columns in all units
 * @param bytesRead bytes of them in the units that will be opened
 * @param requests reads of a remote storage that this takes, beside those of metadata; what the filter leaves out within a unit
 *     may make it fewer
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
        List<String> columns,
        String filter,
        List<String> warnings) {
    /** The explanation as a few lines of text. */
    @Override
    public String toString() {
        return "reads " + unitsRead + " of " + units + " units, " + bytesRead + " of " + bytes + " bytes, in "
                + requests
                + " requests if remote, rows " + firstRow + " to " + endRow + " of " + rows + "\ncolumns: "
                + String.join(", ", columns)
                + (filter.isEmpty() ? "" : "\nfilter: " + filter)
                + warnings.stream().map(warning -> "\nwarning: " + warning).collect(Collectors.joining());
    }
}
