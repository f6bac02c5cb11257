// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import org.jspecify.annotations.Nullable;

/**
 * What a leaf of a row group is read from.
 *
 * @param pages in order; whoever reads them closes them
 * @param index where each of them starts
 * @param values of all pages, nulls included, as the footer has it
 * @param checked whether pages are read where the index has them, as far as there is one, so that no page depends on those before it
 * @param shared what other readers of the chunk have in memory, or null where there are none
 */
public record ColumnChunk(
        PageSource pages, PageIndex index, long values, boolean checked, @Nullable SharedChunk shared) {}
