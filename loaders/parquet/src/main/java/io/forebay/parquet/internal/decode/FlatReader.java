// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.memory.Bits;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/**
 * Decodes one flat column of one row group, page by page, straight into Arrow buffers: validity from the levels, values
 * dense, then spread over the nulls in place. Moves forward only. Not thread-safe; its owner closes it.
 */
public final class FlatReader implements AutoCloseable {
    private final FlatColumn column;
    private final BufferAllocator allocator;
    private final PageSource pages;
    private final PageIndex index;
    private final long rowsTotal;
    private final Levels levels;
    private final PageValues values;

    /** Rows before the reader's position, and of the current page how many are left. */
    private long row;

    private boolean dictionaryTaken;
    private int pageRowsLeft;
    private int pageOrdinal = -1;

    /**
     * A reader before the first row.
     *
     * @param pages the column chunk's pages; the reader closes them
     * @param index where pages start, for seeking
     * @param rowsTotal rows of the row group
     */
    public FlatReader(FlatColumn column, PageSource pages, PageIndex index, long rowsTotal, BufferAllocator allocator) {
        this.column = column;
        this.allocator = allocator;
        this.pages = pages;
        this.index = index;
        this.rowsTotal = rowsTotal;
        this.levels = new Levels(column.field().isNullable());
        this.values = PageValues.of(column, allocator);
    }

    /** Decodes the next {@code rows} rows into a new vector, which the caller owns. */
    public FieldVector read(int rows) {
        try (ArrowBuf validity = allocator.buffer(Bits.bytes(rows))) {
            values.start(rows);
            int valid = 0;
            for (int done = 0; done < rows; ) {
                requirePage();
                int n = Math.min(rows - done, pageRowsLeft);
                int here = levels.read(validity.memoryAddress(), done, n);
                values.read(done, n, here, validity.memoryAddress());
                valid += here;
                done += n;
                pageRowsLeft -= n;
                row += n;
            }
            FieldVector vector = column.field().createVector(allocator);
            values.finish(vector, new ArrowFieldNode(rows, rows - valid), validity);
            return vector;
        } catch (ForebayException e) {
            throw e.at(place());
        } finally {
            values.abandon();
        }
    }

    /** Moves past {@code rows} rows; whole pages are not decompressed, and where pages are indexed not even read. */
    public void skip(long rows) {
        long target = row + rows;
        try {
            if (rows > pageRowsLeft) {
                seekByIndex(target);
            }
            while (row < target) {
                if (pageRowsLeft == 0 && skipWholePage(target)) {
                    continue;
                }
                requirePage();
                int n = (int) Math.min(target - row, pageRowsLeft);
                values.skip(levels.skip(n));
                pageRowsLeft -= n;
                row += n;
            }
        } catch (ForebayException e) {
            throw e.at(place());
        }
    }

    public long bytesRead() {
        return pages.bytesRead();
    }

    /** Goes to the start of the page that holds {@code target}, if the index knows it. */
    private void seekByIndex(long target) {
        PageIndex.@Nullable Entry entry = index.pageOf(target);
        if (entry == null || entry.firstRow() <= row + pageRowsLeft) {
            return;
        }
        if (pageOrdinal < 0) {
            takeDictionary(); // it is the chunk's first page, which the seek passes over
        }
        pages.seek(entry.offset());
        requireIndexedPage(entry);
        row = entry.firstRow();
        pageOrdinal = entry.ordinal() - 1;
        pageRowsLeft = 0;
    }

    /** The page itself must have as many rows as the index gives it: an index that lies would shift all rows behind it. */
    private void requireIndexedPage(PageIndex.Entry entry) {
        Header header = pages.peek();
        long indexedRows = entry.endRow() - entry.firstRow();
        if (header == null || isDictionary(header) || header.valueCount() != indexedRows) {
            throw ForebayException.corrupt(
                    "a page must have the rows that the page index gives it: page=" + entry.ordinal() + ", indexedRows="
                            + indexedRows + ", rows=" + (header == null ? 0 : header.valueCount()));
        }
    }

    /** Passes over the next page if all of it lies before {@code target}. */
    private boolean skipWholePage(long target) {
        takeDictionary();
        Header header = pages.peek();
        if (header == null || header.valueCount() > target - row) {
            return false;
        }
        requireWithinRows(header.valueCount());
        row += header.valueCount();
        pageOrdinal++;
        pages.skipPage();
        return true;
    }

    private void requirePage() {
        while (pageRowsLeft == 0) {
            takeDictionary();
            Header header = pages.peek();
            if (header == null) {
                throw ForebayException.corrupt("a column chunk must hold all rows of its row group: rows=" + row
                        + ", rowGroupRows=" + rowsTotal);
            }
            pageOrdinal++;
            requireWithinRows(header.valueCount());
            if (header.valueCount() == 0) {
                pages.skipPage(); // it may lack even the levels that it has no use for
                continue;
            }
            Page page = pages.load();
            levels.start(page);
            values.startPage(page);
            pageRowsLeft = page.valueCount;
        }
    }

    private void takeDictionary() {
        Header header = pages.peek();
        if (header == null || !isDictionary(header)) {
            return;
        }
        if (dictionaryTaken || pageOrdinal >= 0) {
            throw ForebayException.corrupt("a column chunk has at most one dictionary page, its first");
        }
        dictionaryTaken = true;
        requireDictionaryEncoding(header);
        values.loadDictionary(pages.load());
        takeDictionary();
    }

    private static boolean isDictionary(Header header) {
        return header.kind() == PageType.DICTIONARY_PAGE.getValue();
    }

    private static void requireDictionaryEncoding(Header header) {
        boolean plain = header.encoding() == Encoding.PLAIN.getValue()
                || header.encoding() == Encoding.PLAIN_DICTIONARY.getValue();
        if (!plain) {
            throw ForebayException.unsupported("a dictionary page must be PLAIN: encoding=" + header.encoding());
        }
    }

    private void requireWithinRows(int count) {
        if (count > rowsTotal - row) {
            throw ForebayException.corrupt("a page must not hold more rows than its row group has left: values=" + count
                    + ", rowsLeft=" + (rowsTotal - row));
        }
    }

    private Place place() {
        Place place = Place.NOWHERE.withColumn(column.field().getName()).withRow(row);
        return pageOrdinal < 0 ? place : place.withPage(pageOrdinal);
    }

    @Override
    public void close() {
        values.close();
        pages.close();
    }

    /** Buffers for {@link FieldVector#loadFieldBuffers}, which takes references of its own. */
    static void load(FieldVector vector, ArrowFieldNode node, ArrowBuf... buffers) {
        vector.loadFieldBuffers(node, List.of(buffers));
    }
}
