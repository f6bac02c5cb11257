// SPDX-License-Identifier: Apache-2.0
package io.forebay;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a data set's columns hold.
 *
 * @param rows rows read
 * @param fileBytes bytes of the columns in their files
 * @param decodedBytes bytes of the columns as Arrow buffers, validity included
 * @param columns one entry for each top-level column
 * @param warnings what stands out, one sentence each
 */
public record Profile(long rows, long fileBytes, long decodedBytes, List<Column> columns, List<String> warnings) {
    /**
     * One column. {@code min}, {@code max} and {@code sum} are {@code Boolean}, {@code Long}, {@code BigInteger}, {@code
     * Float}, {@code Double} or {@code String} (decimals, dates, times; text cut at 60 code points), and null where all
     * values are null or the type has none.
     *
     * @param typeName the column's type, in the words of {@link TypeNames}
     * @param nonNull rows that have a value
     * @param sum of numbers; of booleans how many are true
     * @param totalLength bytes of all values of a string or binary column, else null
     * @param children the fields of a nested column
     * @param top the most frequent values, where they were asked for and the column has few distinct ones
     */
    public record Column(
            String name,
            String typeName,
            long nonNull,
            @Nullable Object min,
            @Nullable Object max,
            @Nullable Object sum,
            @Nullable Long totalLength,
            List<Column> children,
            List<ValueCount> top) {}

    /** How often a value occurs; the value as text. */
    public record ValueCount(String value, long count) {}
}
