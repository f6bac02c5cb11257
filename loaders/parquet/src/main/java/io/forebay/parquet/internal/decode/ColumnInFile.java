// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.memory.NioViews;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.RowsInFile;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.parquet.format.PageType;
import org.jspecify.annotations.Nullable;

/**
 * A column chunk whose rows are read as they lie in the file: PLAIN values, none null, in pages without checksums, which would have to be
 * read whole. Where the file may be mapped, they are copied from there: that spares a system call for each run of them.
 */
public final class ColumnInFile implements RowsInFile, AutoCloseable {
    /** Smaller pages, but for the last one, are better read at once. */
    private static final int PAGE_BYTES_LEAST = 16 << 10;

    private final String column;
    private final RangeReader file;
    private final ByteRange range;
    private final @Nullable ArrowBuf mapped;
    private final int width;

    /** Of each page its first row, and where its values start; and behind the last page the row at which it ends. */
    private final long[] firstRows;

    private final long[] offsets;
    private long bytesRead;

    private ColumnInFile(
            FlatColumn column,
            RangeReader file,
            ByteRange range,
            @Nullable ArrowBuf mapped,
            List<Span> spans,
            long rows,
            long bytesRead) {
        this.column = column.field().getName();
        this.file = file;
        this.range = range;
        this.mapped = mapped;
        this.width = column.physicalWidth();
        this.firstRows = new long[spans.size() + 1];
        this.offsets = new long[spans.size()];
        for (int i = 0; i < offsets.length; i++) {
            firstRows[i] = spans.get(i).firstRow;
            offsets[i] = spans.get(i).offset;
        }
        firstRows[offsets.length] = rows;
        this.bytesRead = bytesRead;
    }

    /** The values of a page. */
    private record Span(long firstRow, long offset) {}

    /**
     * A column that {@linkplain #mayBe may be} read so, if all of its pages can; else null, whatever is wrong with them: who decodes them
     * will tell. The caller closes it.
     *
     * @param chunk whose pages are closed
     * @param rows of the row group
     * @param owner of what is mapped of the file
     */
    public static @Nullable ColumnInFile find(
            ColumnNode.Leaf leaf, ColumnChunk chunk, long rows, RangeReader file, BufferAllocator owner) {
        FlatColumn column = leaf.column();
        try (PageSource pages = chunk.pages()) {
            pages.expectHeadersOnly();
            List<Span> spans = new ArrayList<>();
            LevelRuns levels = new LevelRuns(leaf.definition());
            long row = 0;
            for (Header header = pages.peek(); header != null; header = pages.peek()) {
                Page page = pageInFile(pages, header, levels, column);
                if (page == null) {
                    return null;
                }
                spans.add(new Span(row, page.dataOffset()));
                row += page.valueCount;
            }
            if (row != rows) {
                return null;
            }
            ByteRange range = pages.chunk();
            return new ColumnInFile(column, file, range, file.map(range, owner), spans, rows, pages.bytesRead());
        } catch (ForebayException e) {
            if (e.kind() == ForebayException.Kind.CORRUPT || e.kind() == ForebayException.Kind.UNSUPPORTED) {
                return null;
            }
            throw e;
        }
    }

    /** Whether a column's values may lie in the file as vectors have them. */
    public static boolean mayBe(FlatColumn column) {
        return column.conversion() == FlatColumn.Conversion.NONE && column.physicalWidth() > 0;
    }

    /** The next page, of which only the start is loaded, or null if its values do not lie in the file as they are wanted. */
    private static @Nullable Page pageInFile(PageSource pages, Header header, LevelRuns levels, FlatColumn column) {
        boolean last = pages.position() + header.lengthBytes() + header.compressedBytes()
                == pages.chunk().end();
        if (header.kind() == PageType.DICTIONARY_PAGE.getValue()
                || !FixedValues.areStored(header, column)
                || (header.compressedBytes() < PAGE_BYTES_LEAST && !last)) {
            return null;
        }
        Page page = pages.loadStart();
        while (page != null && !LevelRuns.start(page, FlatReader.NO_LEVELS, levels)) {
            page = pages.loadMore();
        }
        return page != null
                        && page.source != null
                        && levels.skipBits(page.valueCount) == page.valueCount
                        && page.dataBytes == (long) page.valueCount * column.physicalWidth()
                ? page
                : null;
    }

    @Override
    public void read(long row, ByteBuffer target) {
        int end = target.limit();
        long next = row;
        int page = Arrays.binarySearch(firstRows, row);
        for (page = page < 0 ? -page - 2 : page; target.position() < end; page++) {
            int count = (int) Math.min((end - target.position()) / width, firstRows[page + 1] - next);
            int pageEnd = target.position() + count * width;
            readPage(page, next, target.limit(pageEnd));
            next += count;
            target.limit(end).position(pageEnd);
        }
    }

    private void readPage(int page, long row, ByteBuffer target) {
        bytesRead += target.remaining();
        long offset = offsets[page] + (row - firstRows[page]) * width;
        ByteBuffer view = mapped == null ? null : NioViews.of(mapped, offset - range.offset(), target.remaining());
        if (view != null) {
            target.put(view);
            return;
        }
        try {
            file.readFully(offset, target);
        } catch (ForebayException e) {
            throw e.at(Place.NOWHERE.withColumn(column).withRow(row).withPage(page));
        }
    }

    public long bytesRead() {
        return bytesRead;
    }

    @Override
    public void close() {
        if (mapped != null) {
            mapped.close();
        }
    }
}
