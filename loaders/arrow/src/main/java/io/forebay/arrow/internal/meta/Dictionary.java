// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.meta;

import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.jspecify.annotations.Nullable;

/**
 * A dictionary as it stands at some point of a file: its last batch, and what that batch extends. Immutable.
 *
 * @param layout where the batch's values lie
 * @param before the dictionary that it extends, or null where it starts one
 */
public record Dictionary(BatchLayout layout, @Nullable Dictionary before) {
    /** The column of a dictionary's values, for a column that is encoded with it. */
    public static Field valuesOf(Field column) {
        return valuesOf(column, column.getName());
    }

    static Field valuesOf(Field column, String name) {
        return new Field(name, FieldType.nullable(column.getType()), column.getChildren());
    }

    /** How many values there are. */
    public long size() {
        long size = 0;
        for (Dictionary part = this; part != null; part = part.before) {
            size += part.layout.rows();
        }
        return size;
    }
}
