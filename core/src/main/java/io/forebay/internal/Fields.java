// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal;

import io.forebay.MissingColumnException;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/** Fields by name; the first of a name counts. */
public final class Fields {
    private Fields() {}

    /** The ordinal of the field of this name, or −1. */
    public static int ordinalOf(List<Field> fields, String name) {
        for (int i = 0; i < fields.size(); i++) {
            if (fields.get(i).getName().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** The field of this name, or null. */
    public static @Nullable Field find(List<Field> fields, String name) {
        int ordinal = ordinalOf(fields, name);
        return ordinal < 0 ? null : fields.get(ordinal);
    }

    /**
     * The ordinal of the field of this name.
     *
     * @param path what the caller asked for, as the failure shows it
     * @param dataset where the fields come from, as the failure shows it
     */
    public static int requireOrdinal(List<Field> fields, String name, String path, String dataset) {
        int ordinal = ordinalOf(fields, name);
        if (ordinal < 0) {
            throw new MissingColumnException(
                    path, fields.stream().map(Field::getName).toList(), dataset);
        }
        return ordinal;
    }

    /** The field of this name, as {@link #requireOrdinal}. */
    public static Field require(List<Field> fields, String name, String path, String dataset) {
        return fields.get(requireOrdinal(fields, name, path, dataset));
    }
}
