// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** The smallest run of rows of a file that can be read on its own: a Parquet row group, an Arrow record batch. */
public interface Unit {
    /** What a reader holds of a large column, unless its format says otherwise. */
    long OPEN_BYTES_USUAL = 1 << 20;

    long rows();

    /** Bytes that the given top-level columns take in the file. */
    long sizeBytes(List<Field> fields);

    /**
     * Bytes of memory that a reader of the given top-level columns holds while it is open, as far as that can be told: an estimate,
     * of which nothing is decided but whether to begin.
     */
    default long openBytes(List<Field> fields) {
        return Math.min(sizeBytes(fields), fields.size() * OPEN_BYTES_USUAL);
    }

    /** As {@link #openBytes(List)}, of so many readers at once that have memory {@linkplain UnitReader#another in common}. */
    default long openBytes(List<Field> fields, int readers) {
        return readers * openBytes(fields);
    }

    /**
     * Whether a top-level column's rows may be read as they lie in the file ({@link UnitReader#rowsInFile}), so that nothing of it need be
     * in memory: an estimate from metadata.
     */
    default boolean mayStayInFile(Field field) {
        return false;
    }

    /** Where the given top-level columns lie in the file, in whatever order; checked no more than what the file says of them. */
    List<ByteRange> ranges(List<Field> fields);

    /**
     * What the file's statistics claim of a top-level column's values, or null where they claim nothing. A claim may be wrong: it
     * serves to skip units, never to decide about a row.
     */
    @Nullable
    ValueBounds bounds(String column);
}
