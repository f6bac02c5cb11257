// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

/**
 * A row that cannot be read.
 *
 * @param row its number in the data set
 * @param column the first of its columns that cannot be read, as an ordinal of the plan's fields
 * @param error the rule that the data break, with values
 */
public record BadRow(long row, int column, String error) {}
