// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

/** The rows {@code [first, end)} of a unit. */
public record RowRange(long first, long end) {
    public long rows() {
        return end - first;
    }
}
