// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.Runs;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.memory.Bits;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageIndex;
import java.util.function.LongToIntFunction;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/**
 * Decodes a flat column, page by page, straight into Arrow buffers: validity from the levels, values dense, then spread over
 * the nulls in place.
 */
public final class FlatReader implements ColumnReader {
    static final LevelRuns NO_LEVELS = new LevelRuns(0);

    private final FlatColumn column;
    private final BufferAllocator allocator;
    private final DataPages pages;
    private final long rowsTotal;
    private final LevelRuns levels;
    private final PageValues values;

    /** Rows before the reader's position, and of the current page how many are left. */
    private long row;

    private int pageRowsLeft;

    /**
     * A reader before the first row.
     *
     * @param chunk whose pages the reader closes
     * @param rowsTotal rows of the row group
     */
    public FlatReader(ColumnNode.Leaf leaf, ColumnChunk chunk, long rowsTotal, BufferAllocator allocator) {
        this.column = leaf.column();
        this.allocator = allocator;
        this.rowsTotal = rowsTotal;
        this.levels = new LevelRuns(leaf.definition());
        this.values = PageValues.of(column, allocator);
        this.pages = new DataPages(chunk, values);
    }

    @Override
    public FieldVector read(int rows) {
        return read(rows, validity -> readRun(0, rows, validity));
    }

    /** Not where values would come from the file in so many pieces. */
    @Override
    public @Nullable FieldVector readSelected(int rows, int[] selected) {
        if (readsPiecemeal()) {
            return null;
        }
        long start = row;
        return read(selected.length, validity -> {
            int valid = 0;
            for (int done = 0, run; done < selected.length; done += run) {
                run = Runs.length(selected, done, selected.length);
                skipRows(start + selected[done] - row);
                valid += readRun(done, run, validity);
            }
            skipRows(start + rows - row);
            return valid;
        });
    }

    private boolean readsPiecemeal() {
        try {
            return pageRowsLeft > 0 ? values.stayInFile() : pages.nextStaysInFile();
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    private ForebayException placed(ForebayException e) {
        return e.at(pages.place(column.field().getName(), row));
    }

    /** Fills a vector of {@code rows} rows by {@code decode}, which is given the validity bitmap and counts valid rows. */
    private FieldVector read(int rows, LongToIntFunction decode) {
        try (ArrowBuf validity = allocator.buffer(Bits.bytes(rows))) {
            values.start(rows);
            int valid = decode.applyAsInt(validity.memoryAddress());
            return finish(new ArrowFieldNode(rows, rows - valid), validity);
        } catch (ForebayException e) {
            throw placed(e);
        } finally {
            values.abandon();
        }
    }

    private FieldVector finish(ArrowFieldNode node, ArrowBuf validity) {
        FieldVector vector = Dictionaries.newVector(column.field(), allocator);
        try {
            values.finish(vector, node, validity);
            return vector;
        } catch (RuntimeException | Error e) { // a dictionary may not fit any more
            vector.close();
            throw e;
        }
    }

    /** Decodes the next {@code rows} rows to row {@code at} of the vector; returns how many are valid. */
    private int readRun(int at, int rows, long validity) {
        int valid = 0;
        for (int done = 0; done < rows; ) {
            requirePage();
            int n = Math.min(rows - done, pageRowsLeft);
            int here = levels.readBits(validity, at + done, n);
            values.read(at + done, n, here, validity);
            valid += here;
            done += n;
            pageRowsLeft -= n;
            row += n;
        }
        return valid;
    }

    /** Whole pages are not decompressed, and where pages are indexed not even read. */
    @Override
    public void skip(long rows) {
        try {
            skipRows(rows);
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    private void skipRows(long rows) {
        long target = row + rows;
        if (rows > pageRowsLeft) {
            seekByIndex(target);
        }
        while (row < target) {
            if (pageRowsLeft == 0 && skipWholePage(target)) {
                continue;
            }
            requirePage();
            int n = (int) Math.min(target - row, pageRowsLeft);
            skipInPage(n);
            pageRowsLeft -= n;
            row += n;
        }
    }

    /** Rows of the page behind those that cannot be passed over cannot be read either. */
    private void skipInPage(int n) {
        try {
            values.skip(levels.skipBits(n));
        } catch (ForebayException e) {
            throw n < pageRowsLeft ? pages.ofRows(e, row + n, row + pageRowsLeft) : e;
        }
    }

    @Override
    public long bytesRead() {
        return pages.bytesRead();
    }

    /** Goes to the start of the page that holds {@code target}, if the index knows it. */
    private void seekByIndex(long target) {
        PageIndex.@Nullable Entry entry = pages.entryAhead(target);
        if (entry == null || entry.firstRow() <= row + pageRowsLeft) {
            return;
        }
        pages.seek(entry);
        try {
            Header header = pages.peek();
            entry.requireRows(header == null ? 0 : header.valueCount());
        } catch (ForebayException e) {
            throw pages.ofPage(e, entry.firstRow(), entry.endRow());
        }
        row = entry.firstRow();
        pageRowsLeft = 0;
    }

    /** Passes over the next page if all of it lies before {@code target}. */
    private boolean skipWholePage(long target) {
        pages.expectToPass();
        Header header = nextHeader();
        if (header.valueCount() > target - row) {
            return false;
        }
        row += header.valueCount();
        pages.skip();
        return true;
    }

    private void requirePage() {
        while (pageRowsLeft == 0) {
            Header header = nextHeader();
            if (header.valueCount() == 0) {
                pages.skip(); // it may lack even the levels that it has no use for
                continue;
            }
            load(header);
        }
    }

    private void load(Header header) {
        try {
            Page page = pages.load(NO_LEVELS, levels);
            values.startPage(page);
            pageRowsLeft = page.valueCount;
        } catch (ForebayException e) {
            throw pages.ofPage(e, row, row + header.valueCount());
        }
    }

    /** The header of the next page, which fits the rows that are left. Without it no row behind is found but by an index. */
    private Header nextHeader() {
        try {
            Header header = pages.peek();
            if (header == null) {
                throw ForebayException.corrupt("a column chunk must hold all rows of its row group: rows=" + row
                        + ", rowGroupRows=" + rowsTotal);
            }
            requireWithinRows(header.valueCount());
            pages.requireIndexed(header.valueCount());
            return header;
        } catch (ForebayException e) {
            throw pages.ofPage(e, row, rowsTotal);
        }
    }

    private void requireWithinRows(int count) {
        if (count > rowsTotal - row) {
            throw ForebayException.corrupt("a page must not hold more rows than its row group has left: values=" + count
                    + ", rowsLeft=" + (rowsTotal - row));
        }
    }

    @Override
    public void close() {
        values.close();
        pages.close();
    }
}
