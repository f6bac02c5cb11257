// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal.decode;

import io.forebay.ForebayException;
import io.forebay.internal.Runs;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.PageHeaderReader.Header;
import io.forebay.parquet.internal.page.ColumnChunk;
import io.forebay.parquet.internal.page.Page;
import io.forebay.parquet.internal.page.PageIndex;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.jspecify.annotations.Nullable;

/**
 * One leaf of a nested column: its values, and what its levels tell of every node from the column down to it. Between calls
 * it stands before the first pair of levels of a row. Not thread-safe; its owner closes it.
 */
final class NestedLeaf implements AutoCloseable {
    private final ColumnNode.Leaf leaf;
    private final DataPages pages;
    private final long rowsTotal;
    private final LevelBlocks levels;
    private final PageValues values;

    /** The nodes from the column down to the leaf, which comes last. */
    private final List<NodeShape> shapes;

    private final NodeShape leafShape;

    /** Rows before the position, and rows that have been begun, of which the last may not be whole. */
    private long row;

    private long begun;

    /** Slots of the leaf of which the values have been read, and those of them that are not null. */
    private int slotsRead;

    private int validRead;

    /**
     * A leaf before the first row.
     *
     * @param path the nodes from the column down to the leaf
     * @param chunk whose pages are closed with this
     * @param rowsTotal rows of the row group
     */
    NestedLeaf(
            ColumnNode.Leaf leaf,
            List<NodeShape> path,
            int[] elementDefinitions,
            ColumnChunk chunk,
            long rowsTotal,
            BufferAllocator allocator) {
        this.leaf = leaf;
        this.shapes = path;
        this.leafShape = path.get(path.size() - 1);
        this.levels = new LevelBlocks(leaf.definition(), elementDefinitions);
        this.values = PageValues.of(leaf.column(), allocator);
        this.pages = new DataPages(chunk, values);
        this.rowsTotal = rowsTotal;
    }

    List<NodeShape> shapes() {
        return shapes;
    }

    /** Decodes the next {@code rows} rows into the shapes and the values. */
    void read(int rows) {
        try {
            start();
            readRun(rows);
            shapes.forEach(NodeShape::finish);
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    /** Decodes of the next {@code rows} rows those at {@code selected}, and moves past all of them. */
    void readSelected(int rows, int[] selected) {
        try {
            start();
            long first = row;
            for (int done = 0, run; done < selected.length; done += run) {
                run = Runs.length(selected, done, selected.length);
                skipRows(first + selected[done] - row);
                readRun(run);
            }
            shapes.forEach(NodeShape::finish);
            skipRows(first + rows - row);
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    /** Whether single rows would come from the file value by value. */
    boolean readsPiecemeal() {
        try {
            return !levels.haveLists() && (levels.isAtEndOfPage() ? pages.nextStaysInFile() : values.stayInFile());
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    private ForebayException placed(ForebayException e) {
        return e.at(pages.place(leaf.path().toDotString(), row));
    }

    private void start() {
        shapes.forEach(NodeShape::start);
        slotsRead = 0;
        validRead = 0;
        values.start(0);
    }

    private void readRun(int rows) {
        int left = rows;
        begun = row;
        while (fill(left)) {
            int to = levels.endOf(left);
            if (to == levels.next()) {
                break;
            }
            left -= levels.rowsBegun();
            begun = row + rows - left;
            for (NodeShape shape : shapes) {
                shape.append(levels, to);
            }
            levels.advance(to);
        }
        readValues();
        row += rows;
        if (row == rowsTotal && fill(0)) {
            throw pages.ofRows(
                    ForebayException.corrupt(
                            "a column chunk must not hold more rows than its row group: rowGroupRows=" + rowsTotal),
                    0,
                    0); // levels somewhere before are wrong
        }
    }

    /** Reads the values of the slots that have come since the last call, all of them of the current page. */
    private void readValues() {
        int slots = leafShape.slots() - slotsRead;
        if (slots > 0) {
            values.reserve(leafShape.slots(), slotsRead);
            values.read(slotsRead, slots, leafShape.valid() - validRead, leafShape.validityAddress());
            slotsRead = leafShape.slots();
            validRead = leafShape.valid();
        }
    }

    /** Moves past {@code rows} rows; where pages are indexed, those passed over are not even read. */
    void skip(long rows) {
        try {
            skipRows(rows);
        } catch (ForebayException e) {
            throw placed(e);
        }
    }

    private void skipRows(long rows) {
        if (rows > 0) {
            long target = row + rows;
            seekByIndex(target);
            skipUntil(target);
        }
    }

    private void skipUntil(long target) {
        begun = row;
        while (true) {
            int left = (int) Math.min(Integer.MAX_VALUE, target - row);
            if (!fill(left)) {
                return;
            }
            int to = levels.endOf(left);
            if (to == levels.next()) {
                return;
            }
            row += levels.rowsBegun();
            begun = row;
            skipValues(levels.countDefined(to, leaf.definition()), target);
            levels.advance(to);
        }
    }

    /** Rows behind values that cannot be passed over cannot be read either, but where an index tells the way to their page. */
    private void skipValues(int valid, long target) {
        if (valid > 0) {
            try {
                values.skip(valid);
            } catch (ForebayException e) {
                throw pages.ofRows(
                        e, target, pages.isIndexed() ? pages.indexedPage().endRow() : rowsTotal);
            }
        }
    }

    /** Goes to the start of the page that holds {@code target}, if the index knows it. */
    private void seekByIndex(long target) {
        PageIndex.@Nullable Entry entry = pages.entryAhead(target);
        if (entry == null || entry.firstRow() <= row) {
            return;
        }
        pages.seek(entry);
        levels.restart();
        row = entry.firstRow();
        begun = row;
        loadNextPage(0);
        entry.requireRows(levels.rowsOfPage());
    }

    /** Makes sure that there is a pair of levels; false at the end of the chunk, if no more rows are to begin. */
    private boolean fill(int rowsLeft) {
        while (!fillFromPage()) {
            readValues(); // the page will be gone
            if (rowsLeft == 0 && pages.isIndexed()) {
                return false; // the next page begins a row
            }
            if (!loadNextPage(rowsLeft)) {
                return false;
            }
        }
        return true;
    }

    private boolean fillFromPage() {
        try {
            return levels.fill();
        } catch (ForebayException e) {
            long last = Math.max(0, begun - 1);
            throw pages.isIndexed()
                    ? pages.ofRows(
                            e,
                            Math.max(last, pages.indexedPage().firstRow()),
                            pages.indexedPage().endRow())
                    : pages.ofRows(e, last, rowsTotal);
        }
    }

    /** False at the end of the chunk. Without the page, no row behind is found but by an index, nor where the last one ends. */
    private boolean loadNextPage(int rowsLeft) {
        try {
            Header header = pages.peek();
            if (header == null && rowsLeft > 0) {
                throw pages.ofRows(
                        ForebayException.corrupt("a column chunk must hold all rows of its row group: rowGroupRows="
                                + rowsTotal + ", rowsMissing=" + (rowsTotal - begun)),
                        0,
                        0); // levels somewhere before are wrong
            }
            if (header == null) {
                return false;
            }
            loadPage(header);
            return true;
        } catch (ForebayException e) {
            throw pages.ofPage(e, Math.max(0, begun - 1), rowsTotal);
        }
    }

    private void loadPage(Header header) {
        if (header.valueCount() == 0) {
            pages.requireIndexed(0);
            pages.skip(); // it may lack even the levels that it has no use for
            return;
        }
        Page page = levels.load(pages);
        if (pages.isIndexed()) {
            levels.beginRow();
            pages.requireIndexed(levels.rowsOfPage());
        }
        values.startPage(page);
    }

    /** Hands the values of the batch to {@code vector}. */
    void loadValues(FieldVector vector) {
        try (ArrowBuf validity = leafShape.takeValidity()) {
            values.finish(vector, leafShape.fieldNode(), validity);
        }
    }

    /** Releases what was decoded and not handed over. */
    void abandon() {
        values.abandon();
        shapes.forEach(NodeShape::close);
    }

    long bytesRead() {
        return pages.bytesRead();
    }

    @Override
    public void close() {
        abandon();
        values.close();
        pages.close();
    }
}
