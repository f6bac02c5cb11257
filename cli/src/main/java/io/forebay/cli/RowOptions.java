// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.ColumnPath;
import io.forebay.Dataset;
import io.forebay.Filter;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which rows and columns of a data set a command reads. */
final class RowOptions {
    @Option(
            names = "--columns",
            paramLabel = "A,B.C",
            description = "Columns, in this order; dots descend into structs, backticks quote a name.")
    private @Nullable String columns;

    @Option(
            names = "--filter",
            paramLabel = "EXPR",
            description = "Rows to keep, such as \"distance > 200 and origin in ('SEA', 'PDX')\".")
    private @Nullable String filter;

    @Option(names = "--no-prune", description = "Let no statistics skip row groups; the result is the same.")
    private boolean noPrune;

    Dataset applyTo(Dataset dataset) {
        Dataset narrowed = dataset.prune(!noPrune);
        if (columns != null) {
            narrowed = narrowed.select(ColumnPath.parseList(columns));
        }
        return filter == null ? narrowed : narrowed.filter(Filter.parse(filter));
    }
}
