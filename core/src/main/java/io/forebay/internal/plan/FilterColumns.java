// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ColumnPath;
import io.forebay.Filter;
import java.util.LinkedHashSet;
import java.util.Set;

/** The columns that a filter names. */
final class FilterColumns {
    private FilterColumns() {}

    static Set<ColumnPath> of(Filter filter) {
        Set<ColumnPath> columns = new LinkedHashSet<>();
        collect(filter, columns);
        return columns;
    }

    private static void collect(Filter filter, Set<ColumnPath> columns) {
        if (filter instanceof Filter.And and) {
            collect(and.left(), columns);
            collect(and.right(), columns);
        } else if (filter instanceof Filter.Or or) {
            collect(or.left(), columns);
            collect(or.right(), columns);
        } else if (filter instanceof Filter.Not not) {
            collect(not.operand(), columns);
        } else if (filter instanceof Filter.Missing missing) {
            columns.add(missing.column());
        } else if (filter instanceof Filter.Membership membership) {
            columns.add(membership.column());
        } else if (filter instanceof Filter.Comparison comparison) {
            columns.add(comparison.column());
        }
    }
}
