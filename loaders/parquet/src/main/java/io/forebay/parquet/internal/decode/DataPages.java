// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.DamagedRowsException;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.parquet.internal.page.SharedChunk;
import io.forebay.spi.RowRange;
import java.util.List;
import java.util.Objects;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/**
 * The data pages of a column chunk, in order. The dictionary page before them goes to the column's values. Those of a chunk that is read
 * {@linkplain ColumnChunk#checked checked} lie where the page index has them, or have headers that agree with the footer, and failures
 * tell which rows they make unreadable. Not thread-safe; its owner closes it.
 */
final class DataPages implements AutoCloseable {
    private final PageSource pages;
    private final PageIndex index;
    private final PageValues values;
    private final long valueCount;
    private final boolean checked;
    private final @Nullable SharedChunk shared;
    private boolean dictionaryTaken;

    /** That of this reader alone, if it has one. */
    private SharedChunk.@Nullable Dictionary dictionary;

    private int ordinal = -1;

    /** The pages by the index, if they are read by it; null until the first is looked for. */
    private @Nullable List<PageIndex.Entry> indexed;

    /** Of pages that are read by the index, the one that was looked at last; −1 while that is the dictionary. */
    private int lookedAt = -1;

    /** The pages of {@code chunk}, which are closed with this. */
    DataPages(ColumnChunk chunk, PageValues values) {
        this.pages = chunk.pages();
        this.index = chunk.index();
        this.valueCount = chunk.values();
        this.checked = chunk.checked();
        this.shared = chunk.shared();
        this.values = values;
    }

    /** The next data page's header, or null at the end of the chunk. Does not move; the page before it is gone. */
    @Nullable
    Header peek() {
        return isIndexed() ? peekIndexed() : peekNext();
    }

    private @Nullable Header peekNext() {
        Header header = pages.peek();
        while (header != null && header.kind() == PageType.DICTIONARY_PAGE.getValue()) {
            takeDictionary(header);
            header = pages.peek();
        }
        return header;
    }

    private @Nullable Header peekIndexed() {
        if (lookedAt < 0) {
            passDictionary();
        }
        int next = ordinal + 1;
        List<PageIndex.Entry> entries = indexed();
        if (next >= entries.size()) {
            return null;
        }
        if (lookedAt != next) {
            lookedAt = next;
            pages.seek(entries.get(next).offset());
        }
        return headerOf(entries.get(next));
    }

    /** The header that lies where the index has a page: a page of another kind there is not passed over. */
    private Header headerOf(PageIndex.Entry entry) {
        Header header = pages.peek();
        if (header == null
                || header.kind() == PageType.DICTIONARY_PAGE.getValue()
                || pages.position() != entry.offset()) {
            throw ForebayException.corrupt("a data page must lie where the page index has it: page=" + entry.ordinal()
                    + ", offset=" + entry.offset());
        }
        return header;
    }

    /** Takes the dictionary, if there is one before the first page. */
    private void passDictionary() {
        if (indexed().get(0).offset() > pages.chunk().offset()) {
            Header header = pages.peek();
            if (header != null && header.kind() == PageType.DICTIONARY_PAGE.getValue()) {
                takeDictionary(header);
            }
        }
    }

    /** Whether pages are read where the index has them: each begins a row then. */
    boolean isIndexed() {
        return checked && !indexed().isEmpty();
    }

    private List<PageIndex.Entry> indexed() {
        List<PageIndex.Entry> entries = indexed;
        if (entries == null) {
            entries = index.pagesWithin(pages.chunk());
            indexed = entries;
            if (entries.isEmpty()) {
                requireSoundHeaders();
            }
        }
        return entries;
    }

    /**
     * Without an index, a page is found by the headers before it. A wrong count of values, or a page that is taken for one of another kind,
     * would shift all rows behind it; so the headers must agree with the footer, which makes all rows unreadable if they do not.
     */
    private void requireSoundHeaders() {
        try {
            pages.expectHeadersOnly();
            long found = valuesOfHeaders();
            if (found != valueCount) {
                throw ForebayException.corrupt(
                        "the pages of a column chunk must have as many values as the footer says:" + " values=" + found
                                + ", footerValues=" + valueCount);
            }
            pages.rewind();
        } catch (ForebayException e) {
            throw ofRows(e, 0, index.rows());
        }
    }

    private long valuesOfHeaders() {
        long found = 0;
        for (long at = pages.position(); ; at = pages.position()) {
            Header header = pages.peek();
            if (pages.position() != at) {
                throw ForebayException.unsupported(
                        "a column chunk must not have index pages where bad rows are to be told apart: offset=" + at);
            }
            if (header == null) {
                return found;
            }
            found += header.kind() == PageType.DICTIONARY_PAGE.getValue() ? 0 : header.valueCount();
            pages.skipPage();
        }
    }

    /** Refuses a page that was looked at, and has {@code found} rows, unless those are as many as an index that it is read by has. */
    void requireIndexed(long found) {
        if (isIndexed()) {
            indexed().get(lookedAt).requireRows(found);
        }
    }

    /** The rows of the current page where pages are read by the index. */
    PageIndex.Entry indexedPage() {
        return indexed().get(ordinal);
    }

    /**
     * A failure to find or load the next page, as one of all its rows.
     *
     * @param first the first of the rows that cannot be read where pages are read one after the other
     * @param end the row behind them
     */
    ForebayException ofPage(ForebayException failure, long first, long end) {
        if (!isIndexed()) {
            return ofRows(failure, first, end);
        }
        if (lookedAt < 0) {
            return ofRows(failure, 0, index.rows());
        }
        PageIndex.Entry entry = indexed().get(lookedAt);
        return ofRows(failure, entry.firstRow(), entry.endRow());
    }

    /** A failure as one of the rows {@code [first, end)}; of none where it cannot be told of which. */
    ForebayException ofRows(ForebayException failure, long first, long end) {
        boolean damage = failure.kind() == Kind.CORRUPT || failure.kind() == Kind.UNSUPPORTED;
        return checked && damage && !(failure instanceof DamagedRowsException)
                ? new DamagedRowsException(failure, new RowRange(first, end))
                : failure;
    }

    private void takeDictionary(Header header) {
        if (dictionaryTaken || (ordinal >= 0 && !isIndexed())) {
            throw ForebayException.corrupt("a column chunk has at most one dictionary page, its first");
        }
        boolean plain = header.encoding() == Encoding.PLAIN.getValue()
                || header.encoding() == Encoding.PLAIN_DICTIONARY.getValue();
        if (!plain) {
            throw ForebayException.unsupported("a dictionary page must be PLAIN: encoding=" + header.encoding());
        }
        dictionaryTaken = true;
        SharedChunk.Dictionary known = shared == null ? null : shared.dictionary();
        if (known != null) {
            values.useDictionary(known);
            pages.skipPage();
        } else if (shared != null) {
            shared.setDictionary(values.loadDictionary(pages.load()));
        } else {
            dictionary = values.loadDictionary(pages.load());
        }
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

    /** Said before pages are looked at that will be passed over, as far as can be told. */
    void expectToPass() {
        pages.expectHeadersOnly();
    }

    /** Moves past the page that {@link #peek} showed, without reading its body. */
    void skip() {
        ordinal++;
        pages.skipPage();
    }

    /** The page that holds {@code row}, if the chunk has an index and the page comes after the current one; else null. */
    PageIndex.@Nullable Entry entryAhead(long row) {
        if (checked && !isIndexed()) {
            return null;
        }
        PageIndex.Entry entry = index.pageOf(row);
        return entry == null || entry.ordinal() <= ordinal ? null : entry;
    }

    /** Makes {@code entry} the next page, which must lie there. */
    void seek(PageIndex.Entry entry) {
        if (isIndexed()) {
            ordinal = entry.ordinal() - 1;
            return;
        }
        if (ordinal < 0) { // the seek passes over the dictionary
            expectToPass();
            peek();
        }
        pages.seek(entry.offset());
        ordinal = entry.ordinal() - 1;
        headerOf(entry);
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
        if (dictionary != null) {
            dictionary.close();
        }
    }
}
