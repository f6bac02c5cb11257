// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.Collection;

/** A column was asked for by a name that the data set does not have. */
public final class MissingColumnException extends ForebayException {
    private static final long serialVersionUID = 1L;
    private static final int NAMES_SHOWN_MAX = 20;

    public MissingColumnException(String column, Collection<String> columns, String dataset) {
        super(
                Kind.USAGE,
                "column must exist: column=" + column + ", columns=" + shown(columns),
                Place.of(dataset),
                null);
    }

    private static String shown(Collection<String> columns) {
        String names = String.join(", ", columns.stream().limit(NAMES_SHOWN_MAX).toList());
        return columns.size() <= NAMES_SHOWN_MAX
                ? "[" + names + "]"
                : "[" + names + ", and " + (columns.size() - NAMES_SHOWN_MAX) + " more]";
    }

    @Override
    public ForebayException at(Place outer) {
        return this;
    }
}
