// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * What a contender reads of a file.
 *
 * @param columns in the order asked for; empty for every column, in file order
 * @param where the condition that rows must meet, in the terms that {@link io.forebay.Filter#parse} and SQL share; empty for
 *     all rows
 */
record ScanRequest(Path data, List<String> columns, String where) {
    /** All rows and columns. */
    static ScanRequest all(Path data) {
        return new ScanRequest(data, List.of(), "");
    }

    boolean isFiltered() {
        return !where.isEmpty();
    }

    /** For readers that have no filter, or none that takes text. */
    void requireUnfiltered(String contender) {
        if (isFiltered()) {
            throw new IllegalArgumentException(contender + " reads all rows here: where=" + where);
        }
    }
}
