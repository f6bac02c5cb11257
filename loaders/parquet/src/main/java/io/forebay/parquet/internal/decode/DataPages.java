// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import java.util.Objects;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/**
 * The data pages of a column chunk, in order. The dictionary page before them goes to the column's values. Not thread-safe;
 * its owner closes it.
 */
final class DataPages implements AutoCloseable {
    private final PageSource pages;
    private final PageIndex index;
    private final PageValues values;
    private boolean dictionaryTaken;
    private int ordinal = -1;

    /** The pages of {@code chunk}, which are closed with this. */
    DataPages(ColumnChunk chunk, PageValues values) {
        this.pages = chunk.pages();
        this.index = chunk.index();
        this.values = values;
    }

    /** The next data page's header, or null at the end of the chunk. Does not move; the page before it is gone. */
    @Nullable
    Header peek() {
        Header header = pages.peek();
        while (header != null && header.kind() == PageType.DICTIONARY_PAGE.getValue()) {
            takeDictionary(header);
            header = pages.peek();
        }
        return header;
    }

    private void takeDictionary(Header header) {
        if (dictionaryTaken || ordinal >= 0) {
            throw ForebayException.corrupt("a column chunk has at most one dictionary page, its first");
        }
        boolean plain = header.encoding() == Encoding.PLAIN.getValue()
                || header.encoding() == Encoding.PLAIN_DICTIONARY.getValue();
        if (!plain) {
            throw ForebayException.unsupported("a dictionary page must be PLAIN: encoding=" + header.encoding());
        }
        dictionaryTaken = true;
        values.loadDictionary(pages.load());
    }

    /**
     * Moves past the page that {@link #peek} showed, starts its levels and returns it; it is valid until the next call. Its
     * values may stay in the file, if that is where they are best read from.
     */
    Page load(LevelRuns repetition, LevelRuns definition) {
        ordinal++;
        Page page = values.mayStayInFile(Objects.requireNonNull(pages.peek())) ? pages.loadHead() : pages.load();
        while (!LevelRuns.start(page, repetition, definition)) {
            page = pages.loadMore();
        }
        return page;
    }

    /** Whether values of the next page will stay in the file until they are read; the page before it is gone. */
    boolean nextStaysInFile() {
        Header header = peek();
        return header != null && values.mayStayInFile(header) && pages.isBestLeft();
    }

    /** Moves past the page that {@link #peek} showed, without reading its body. */
    void skip() {
        ordinal++;
        pages.skipPage();
    }

    /** The page that holds {@code row}, if the chunk has an index and the page comes after the current one; else null. */
    PageIndex.@Nullable Entry entryAhead(long row) {
        PageIndex.Entry entry = index.pageOf(row);
        return entry == null || entry.ordinal() <= ordinal ? null : entry;
    }

    /** Makes {@code entry} the next page. */
    void seek(PageIndex.Entry entry) {
        if (ordinal < 0) {
            peek(); // the seek passes over the dictionary
        }
        pages.seek(entry.offset());
        ordinal = entry.ordinal() - 1;
    }

    long bytesRead() {
        return pages.bytesRead();
    }

    /** Where the current page is, in a column. */
    Place place(String column, long row) {
        Place place = Place.NOWHERE.withColumn(column).withRow(row);
        return ordinal < 0 ? place : place.withPage(ordinal);
    }

    @Override
    public void close() {
        pages.close();
    }
}
