// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import org.jspecify.annotations.Nullable;

/**
 * A place in the input: uri, unit (for Parquet: row group), column, page and row. Parts that are unknown are null or
 * negative. Ordinals count from 0. An immutable value.
 *
 * @param uri the file, object or data set
 * @param unit the unit's ordinal within the file, or −1
 * @param column the column's dotted path
 * @param page the page's ordinal within the column chunk, dictionary pages not counted, or −1
 * @param row the row's ordinal within the unit, or −1
 */
public record Place(@Nullable String uri, int unit, @Nullable String column, int page, long row) {
    /** No place at all. */
    public static final Place NOWHERE = new Place(null, -1, null, -1, -1);

    public static Place of(String uri) {
        return new Place(uri, -1, null, -1, -1);
    }

    public Place withUnit(int ordinal) {
        return new Place(uri, ordinal, column, page, row);
    }

    public Place withColumn(String path) {
        return new Place(uri, unit, path, page, row);
    }

    public Place withPage(int ordinal) {
        return new Place(uri, unit, column, ordinal, row);
    }

    public Place withRow(long ordinal) {
        return new Place(uri, unit, column, page, ordinal);
    }

    /** This place, with the parts it does not know taken from {@code outer}. */
    public Place within(Place outer) {
        return new Place(
                uri == null ? outer.uri : uri,
                unit < 0 ? outer.unit : unit,
                column == null ? outer.column : column,
                page < 0 ? outer.page : page,
                row < 0 ? outer.row : row);
    }

    /** The place as it ends a message: {@code " [at f.parquet, row group 3, column a]"}; empty for {@link #NOWHERE}. */
    String suffix() {
        StringBuilder parts = new StringBuilder();
        append(parts, uri);
        append(parts, unit < 0 ? null : "row group " + unit);
        append(parts, column == null ? null : "column " + column);
        append(parts, page < 0 ? null : "page " + page);
        append(parts, row < 0 ? null : "row " + row);
        return parts.isEmpty() ? "" : " [at " + parts + "]";
    }

    private static void append(StringBuilder parts, @Nullable String part) {
        if (part != null) {
            parts.append(parts.isEmpty() ? "" : ", ").append(part);
        }
    }
}
