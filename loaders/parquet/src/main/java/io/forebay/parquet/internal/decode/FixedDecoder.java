// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

/** Decodes the values of a page that all have one width, without nulls, in their physical little-endian layout. */
interface FixedDecoder {
    /**
     * Writes the next {@code count} values to {@code to}, which has room for them.
     *
     * @throws io.forebay.ForebayException of kind {@code corrupt} when the page has fewer
     */
    void read(long to, int count);

    /** Moves past {@code count} values. */
    void skip(int count);
}
