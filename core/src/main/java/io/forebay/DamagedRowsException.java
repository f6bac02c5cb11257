// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import io.forebay.spi.RowRange;
import org.jspecify.annotations.Nullable;

/**
 * A failure of which a format knows the rows of the unit that it makes unreadable, in one column: each of them, whichever is asked
 * for and wherever reading began. If it has no rows, some before may have been read wrongly, and it cannot be told which: such a failure ends a
 * stream whatever it does about bad rows.
 */
public final class DamagedRowsException extends ForebayException {
    private static final long serialVersionUID = 1L;

    private final transient RowRange rows;

    /** The {@code failure} of some rows. */
    public DamagedRowsException(ForebayException failure, RowRange rows) {
        this(failure.kind(), failure.rule(), failure.place(), failure.getCause(), rows);
        setStackTrace(failure.getStackTrace());
    }

    private DamagedRowsException(Kind kind, String rule, Place place, @Nullable Throwable cause, RowRange rows) {
        super(kind, rule, place, cause);
        this.rows = rows;
    }

    /** The rows, counted within the unit. */
    public RowRange rows() {
        return rows;
    }

    @Override
    DamagedRowsException copy(String ruleAndValues, Place where) {
        return new DamagedRowsException(kind(), ruleAndValues, where, getCause(), rows);
    }
}
