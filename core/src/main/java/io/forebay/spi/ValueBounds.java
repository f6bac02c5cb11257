// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

/**
 * Bounds of the non-null values of a column: every value v has {@code min <= v <= max}; NaN is never covered.
 *
 * <p>Values are {@code Long} (integers, dates, times and timestamps in the field's unit), {@code Double}, {@code
 * BigDecimal}, {@code Boolean}, or {@code byte[]} (strings and binary, compared unsigned; bounds may be cut).
 */
public record ValueBounds(Object min, Object max) {}
