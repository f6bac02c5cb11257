// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import io.forebay.ForebayException;
import io.forebay.internal.filter.FilterParser;
import java.util.LinkedHashSet;
import java.util.Set;

/** The columns that a filter names. */
final class FilterColumns {
    private FilterColumns() {}

    static Set<ColumnPath> of(Filter filter) {
        Set<ColumnPath> columns = new LinkedHashSet<>();
        collect(filter, columns, 0);
        return columns;
    }

    private static void collect(Filter filter, Set<ColumnPath> columns, int depth) {
        if (depth > FilterParser.DEPTH_MAX) {
            throw ForebayException.usage("a filter nests at most " + FilterParser.DEPTH_MAX + " levels deep");
        }
        if (filter instanceof Filter.And and) {
            and.operands().forEach(operand -> collect(operand, columns, depth + 1));
        } else if (filter instanceof Filter.Or or) {
            or.operands().forEach(operand -> collect(operand, columns, depth + 1));
        } else if (filter instanceof Filter.Not not) {
            collect(not.operand(), columns, depth + 1);
        } else if (filter instanceof Filter.Missing missing) {
            columns.add(missing.column());
        } else if (filter instanceof Filter.Membership membership) {
            columns.add(membership.column());
        } else if (filter instanceof Filter.Comparison comparison) {
            columns.add(comparison.column());
        }
    }
}
