// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the indexes of one unit claim of its values, read when it is asked for. Claims may be wrong: they serve to skip rows, never
 * to decide about one. An index that is damaged claims nothing. Columns are top-level ones. Not thread-safe; its user closes it.
 */
public interface UnitIndex extends AutoCloseable {
    /**
     * The bounds of the values in a run of rows.
     *
     * @param bounds null where nothing is claimed
     */
    record RowBounds(RowRange rows, @Nullable ValueBounds bounds) {}

    /** A column's bounds by runs of rows, which ascend and cover the unit; empty where there is no such index. */
    List<RowBounds> rowBounds(String column);

    /**
     * False when a filter over a column's values rules out that one of them is among {@code values}.
     *
     * @param values as in {@link ValueBounds}
     */
    boolean mayContain(String column, List<Object> values);

    /** All values that a column has, each at least once, or null when they are not known. The caller owns the vector. */
    @Nullable
    FieldVector distinctValues(String column);

    /** Bytes that it takes to read some rows of a column, ranges ascending, or −1 where that is not known. */
    long sizeBytes(Field column, List<RowRange> rows);

    @Override
    void close();
}
