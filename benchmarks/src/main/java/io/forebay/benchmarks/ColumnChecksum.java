// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/**
 * What a column holds, in a form that two readers with different types and batch sizes can agree on.
 *
 * @param column the column's name
 * @param rowCount rows, nulls included, and elements of lists
 * @param valueCount those of them that are not null
 * @param hash depends on every value, on every null and on their order, see {@link ColumnHash}
 */
public record ColumnChecksum(String column, long rowCount, long valueCount, long hash) {

    @Override
    public String toString() {
        return "rows=" + rowCount + " values=" + valueCount + " hash=" + Long.toHexString(hash);
    }
}
