// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.parquet.internal.decode.DictionaryPage;
import io.forebay.parquet.internal.meta.BloomHash;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.IndexParser;
import io.forebay.parquet.internal.meta.IndexParser.BloomBits;
import io.forebay.parquet.internal.meta.StatisticsBounds;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.RowRange;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.UnitIndex;
import io.forebay.spi.ValueBounds;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.OutOfMemoryException;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.column.EncodingStats;
import org.apache.parquet.column.values.bloomfilter.BlockSplitBloomFilter;
import org.apache.parquet.format.ColumnIndex;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/** The page indexes, Bloom filters and dictionaries of a row group. Not thread-safe; its user closes it. */
final class RowGroupIndex implements UnitIndex {
    private static final int BLOOM_HEADER_BYTES_MAX = 64;

    private final Storage storage;
    private final StorageObject object;
    private final RowGroup rowGroup;
    private final BufferAllocator allocator;
    private final Map<ColumnPath, PageIndex> pageIndexes = new HashMap<>();
    private @Nullable RangeReader file;

    RowGroupIndex(Storage storage, StorageObject object, RowGroup rowGroup, BufferAllocator allocator) {
        this.storage = storage;
        this.object = object;
        this.rowGroup = rowGroup;
        this.allocator = allocator;
    }

    private RangeReader file() {
        RangeReader open = file == null ? storage.open(object) : file;
        file = open;
        return open;
    }

    /** What is read, or {@code otherwise} where the bytes are no index. */
    private static <T> T orElse(T otherwise, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            return otherwise;
        } catch (ForebayException e) {
            if (e.kind() == Kind.IO || e.kind() == Kind.CANCELLED) {
                throw e;
            }
            return otherwise; // it claims nothing
        }
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    @Override
    public List<RowBounds> rowBounds(String column) {
        ColumnNode.Leaf leaf = rowGroup.flatColumn(column);
        IndexReference reference = leaf == null ? null : rowGroup.chunk(leaf).getColumnIndexReference();
        return leaf == null || reference == null ? List.of() : orElse(List.of(), () -> rowBounds(leaf, reference));
    }

    private List<RowBounds> rowBounds(ColumnNode.Leaf leaf, IndexReference reference) throws IOException {
        List<PageIndex.Entry> pages = pageIndex(leaf).pages();
        if (pages.isEmpty() || pages.get(0).firstRow() != 0) {
            return List.of();
        }
        ByteRange where = new ByteRange(reference.getOffset(), reference.getLength());
        ColumnIndex index = IndexParser.columnIndex(IndexParser.read(file(), where));
        if (index.getNull_pages().size() != pages.size()) {
            return List.of();
        }
        List<RowBounds> bounds = new ArrayList<>(pages.size());
        for (PageIndex.Entry page : pages) {
            int i = page.ordinal();
            ValueBounds claimed = index.getNull_pages().get(i)
                    ? null
                    : StatisticsBounds.ofPage(
                            leaf.column(),
                            index.getMin_values().get(i),
                            index.getMax_values().get(i));
            bounds.add(new RowBounds(new RowRange(page.firstRow(), page.endRow()), claimed));
        }
        return bounds;
    }

    private PageIndex pageIndex(ColumnNode.Leaf leaf) {
        return pageIndexes.computeIfAbsent(leaf.path(), path -> rowGroup.pageIndex(leaf, file()));
    }

    @Override
    public boolean mayContain(String column, List<Object> values) {
        ColumnNode.Leaf leaf = rowGroup.flatColumn(column);
        long offset = leaf == null ? -1 : rowGroup.chunk(leaf).getBloomFilterOffset();
        return leaf == null || offset <= 0 || orElse(true, () -> mayContain(leaf, offset, values));
    }

    private boolean mayContain(ColumnNode.Leaf leaf, long offset, List<Object> values) throws IOException {
        long headerBytes = Math.min(BLOOM_HEADER_BYTES_MAX, object.sizeBytes() - offset);
        BloomBits bits = IndexParser.bloomFilter(IndexParser.read(file(), new ByteRange(offset, headerBytes)));
        ByteRange where = new ByteRange(offset + bits.headerBytes(), bits.bitsetBytes());
        BlockSplitBloomFilter filter = new BlockSplitBloomFilter(IndexParser.read(file(), where));
        return values.stream().anyMatch(value -> BloomHash.mayContain(filter, leaf.column(), value));
    }

    @Override
    public @Nullable FieldVector distinctValues(String column) {
        ColumnNode.Leaf leaf = rowGroup.flatColumn(column);
        if (leaf == null) {
            return null;
        }
        ColumnChunkMetaData chunk = rowGroup.chunk(leaf);
        EncodingStats encodings = chunk.getEncodingStats();
        boolean complete = encodings != null
                && encodings.hasDictionaryPages()
                && encodings.hasDictionaryEncodedPages()
                && !encodings.hasNonDictionaryEncodedPages();
        return complete
                ? orElse(Optional.<FieldVector>empty(), () -> dictionary(leaf, chunk))
                        .orElse(null)
                : null;
    }

    private Optional<FieldVector> dictionary(ColumnNode.Leaf leaf, ColumnChunkMetaData chunk) {
        try (PageSource pages = new PageSource(file(), rowGroup.range(leaf), chunk.getCodec(), allocator)) {
            return Optional.ofNullable(DictionaryPage.read(leaf.column(), pages, allocator));
        } catch (OutOfMemoryException e) { // whether it matters will show when the column is read
            return Optional.empty();
        }
    }

    @Override
    public long sizeBytes(Field column, List<RowRange> rows) {
        long bytes = 0;
        for (ColumnNode.Leaf leaf : rowGroup.column(column).leaves().toList()) {
            List<PageIndex.Entry> pages =
                    orElse(List.of(), () -> pageIndex(leaf).pages());
            if (pages.isEmpty()) {
                return -1;
            }
            ByteRange chunk = rowGroup.range(leaf);
            bytes += pages.get(0).offset() - chunk.offset(); // the dictionary
            for (PageIndex.Entry page : pages) {
                boolean wanted =
                        rows.stream().anyMatch(range -> range.first() < page.endRow() && page.firstRow() < range.end());
                boolean last = page.ordinal() == pages.size() - 1;
                long end = last ? chunk.end() : pages.get(page.ordinal() + 1).offset();
                bytes += wanted ? end - page.offset() : 0;
            }
        }
        return bytes;
    }

    @Override
    public void close() {
        if (file != null) {
            file.close();
        }
    }
}
