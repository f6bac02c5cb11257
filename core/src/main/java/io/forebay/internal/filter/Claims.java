// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.filter;

import io.forebay.spi.UnitIndex.RowBounds;
import io.forebay.spi.ValueBounds;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/** What is claimed of the columns of a unit, by ordinal among those that a filter was bound to; see {@code UnitIndex}. */
public interface Claims {
    @Nullable
    ValueBounds bounds(int column);

    boolean mayContain(int column, List<Object> values);

    /** All values of a column, or null when they are not known. The vector is not the caller's. */
    @Nullable
    FieldVector distinctValues(int column);

    /** Bounds by runs of rows, or nothing. */
    List<RowBounds> rowBounds(int column);
}
