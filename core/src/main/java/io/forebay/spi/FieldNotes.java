// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import org.apache.arrow.vector.types.pojo.Field;

/** What Forebay notes in a field's metadata where the Arrow type alone does not say how values read as text. */
public final class FieldNotes {
    /** The metadata key. */
    public static final String KEY = "forebay.logical";
    /** A 16-byte value that is a UUID. */
    public static final String UUID = "uuid";
    /** A time of day in UTC. */
    public static final String UTC = "utc";
    /** An interval whose months and days are unsigned 32-bit numbers. */
    public static final String UNSIGNED = "unsigned";

    /** The metadata key of the number by which a field is known when its name changes; the one that other Arrow readers use. */
    public static final String FIELD_ID = "PARQUET:field_id";

    private FieldNotes() {}

    /** True when {@code field} carries {@code note}. */
    public static boolean has(Field field, String note) {
        return note.equals(field.getMetadata().get(KEY));
    }
}
