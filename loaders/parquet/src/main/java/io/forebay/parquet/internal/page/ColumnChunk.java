// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

/**
 * What a leaf of a row group is read from.
 *
 * @param pages in order; whoever reads them closes them
 * @param index where each of them starts
 */
public record ColumnChunk(PageSource pages, PageIndex index) {}
