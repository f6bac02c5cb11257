// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

/** Decodes the byte arrays of a page, without nulls. */
interface BytesDecoder {
    /**
     * Appends the next {@code count} values to {@code target}, with end offsets from value {@code index} on.
     *
     * @throws io.forebay.ForebayException of kind {@code corrupt} when the page has fewer
     */
    void read(BytesTarget target, int index, int count);

    /** Moves past {@code count} values. */
    void skip(int count);
}
