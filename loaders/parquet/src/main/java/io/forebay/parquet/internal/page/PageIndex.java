// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.page;

import io.forebay.ForebayException;
import io.forebay.parquet.internal.meta.IndexParser;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.jspecify.annotations.Nullable;

/**
 * Where the pages of a column chunk start, by row. Read from the file when first asked; absent in files that have none.
 * Not thread-safe.
 */
public final class PageIndex {
    private final RangeReader file;
    private final @Nullable ByteRange range;
    private final long rows;
    private @Nullable OffsetIndex index;

    /**
     * @param range where the index lies in the file, or null when there is none
     * @param rows rows of the row group
     */
    public PageIndex(RangeReader file, @Nullable ByteRange range, long rows) {
        this.file = file;
        this.range = range;
        this.rows = rows;
    }

    /**
     * A page as the index claims it to be.
     *
     * @param ordinal its ordinal among data pages
     * @param offset where its header is
     * @param firstRow its first row within the row group
     * @param endRow the first row of the page after it
     */
    public record Entry(int ordinal, long offset, long firstRow, long endRow) {
        public long rows() {
            return endRow - firstRow;
        }

        /** The page itself must have as many rows as the index gives it: an index that lies would shift all rows behind it. */
        public void requireRows(long found) {
            if (found != rows()) {
                throw ForebayException.corrupt("a page must have the rows that the page index gives it: page=" + ordinal
                        + ", indexedRows=" + rows() + ", rows=" + found);
            }
        }
    }

    /** The page that holds {@code row}, or null when there is no index. */
    public @Nullable Entry pageOf(long row) {
        OffsetIndex pages = range == null ? null : load(range);
        if (pages == null) {
            return null;
        }
        int low = 0;
        int high = pages.getPageCount() - 1;
        while (low < high) { // the last page that starts at or before the row
            int middle = (low + high + 1) >>> 1;
            if (pages.getFirstRowIndex(middle) <= row) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return pages.getFirstRowIndex(low) > row ? null : entry(pages, low);
    }

    private Entry entry(OffsetIndex pages, int page) {
        return new Entry(page, pages.getOffset(page), pages.getFirstRowIndex(page), endRow(pages, page));
    }

    /**
     * All pages in order, if the index can be read and has all rows in pages that lie within {@code chunk}; else none, as where there is
     * no index.
     */
    public List<Entry> pagesWithin(ByteRange chunk) {
        try {
            List<Entry> pages = pages();
            boolean whole = !pages.isEmpty()
                    && pages.get(0).firstRow() == 0
                    && pages.get(0).offset() >= chunk.offset()
                    && pages.get(pages.size() - 1).offset() < chunk.end()
                    && pages.get(pages.size() - 1).firstRow() <= rows;
            return whole ? pages : List.of();
        } catch (ForebayException e) {
            if (e.kind() == ForebayException.Kind.CORRUPT || e.kind() == ForebayException.Kind.UNSUPPORTED) {
                return List.of();
            }
            throw e;
        }
    }

    /** Rows of the row group. */
    public long rows() {
        return rows;
    }

    /** All pages in order; none where there is no index. */
    public List<Entry> pages() {
        OffsetIndex pages = range == null ? null : load(range);
        return pages == null
                ? List.of()
                : IntStream.range(0, pages.getPageCount())
                        .mapToObj(page -> entry(pages, page))
                        .toList();
    }

    private long endRow(OffsetIndex pages, int page) {
        return page + 1 < pages.getPageCount() ? pages.getFirstRowIndex(page + 1) : rows;
    }

    private static void requireAscending(OffsetIndex pages) {
        for (int page = 1; page < pages.getPageCount(); page++) {
            if (pages.getOffset(page) <= pages.getOffset(page - 1)
                    || pages.getFirstRowIndex(page) < pages.getFirstRowIndex(page - 1)) {
                throw ForebayException.corrupt("pages must lie in the order of their rows: page=" + page + ", offset="
                        + pages.getOffset(page) + ", firstRow=" + pages.getFirstRowIndex(page));
            }
        }
    }

    private @Nullable OffsetIndex load(ByteRange where) {
        if (index != null) {
            return index;
        }
        byte[] bytes = IndexParser.read(file, where);
        try {
            OffsetIndex parsed = IndexParser.offsetIndex(bytes);
            requireAscending(parsed);
            index = parsed;
            return parsed;
        } catch (IOException e) {
            throw new ForebayException(
                    ForebayException.Kind.CORRUPT, "a page index must be valid: " + e.getMessage(), e);
        }
    }
}
