// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.parquet.internal.decode.ColumnInFile;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.StatisticsBounds;
import io.forebay.parquet.internal.page.Codecs;
import io.forebay.parquet.internal.page.PageIndex;
import io.forebay.parquet.internal.page.PageSource;
import io.forebay.spi.ByteRange;
import io.forebay.spi.RangeReader;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.ValueBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.column.Encoding;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.internal.hadoop.metadata.IndexReference;
import org.jspecify.annotations.Nullable;

/** The metadata of a row group, checked against its file. Immutable. */
final class RowGroup implements Unit {
    /** What writers make pages of, unless told otherwise. */
    private static final long PAGE_BYTES_USUAL = 1 << 20;

    private final FileSchema schema;
    private final long rows;
    private final long fileBytes;
    private final Place place;

    /** The chunks of each top-level column: one for a flat column. */
    private final List<List<ColumnChunkMetaData>> chunks = new ArrayList<>();

    private RowGroup(BlockMetaData block, FileSchema schema, StorageObject object, int ordinal) {
        this.schema = schema;
        this.rows = block.getRowCount();
        this.fileBytes = object.sizeBytes();
        this.place = Place.of(object.uri()).withUnit(ordinal);
        if (block.getPath() != null) {
            throw ForebayException.unsupported("a column chunk must lie in its own file: file_path=" + block.getPath())
                    .at(place);
        }
        if (rows < 0) {
            throw ForebayException.corrupt("a row group must not have fewer than 0 rows: rows=" + rows)
                    .at(place);
        }
        for (int i = 0; i < schema.message().getFieldCount(); i++) {
            chunks.add(new ArrayList<>(1));
        }
        for (ColumnChunkMetaData chunk : block.getColumns()) {
            Integer column = schema.ordinals().get(chunk.getPath().toArray()[0]);
            if (column == null) {
                throw ForebayException.corrupt("a column chunk must belong to the schema: path=" + chunk.getPath())
                        .at(place);
            }
            chunks.get(column).add(chunk);
        }
    }

    static RowGroup of(BlockMetaData block, FileSchema schema, StorageObject object, int ordinal) {
        return new RowGroup(block, schema, object, ordinal);
    }

    @Override
    public long rows() {
        return rows;
    }

    @Override
    public long sizeBytes(List<Field> fields) {
        long bytes = 0;
        for (ColumnChunkMetaData chunk : chunksOf(fields)) {
            bytes += chunk.getTotalSize();
        }
        return bytes;
    }

    @Override
    public @Nullable ValueBounds bounds(String column) {
        ColumnNode.Leaf leaf = flatColumn(column);
        List<ColumnChunkMetaData> found = leaf == null ? List.of() : chunksOf(leaf);
        return leaf != null && found.size() == 1
                ? StatisticsBounds.of(leaf.column(), found.get(0).getStatistics())
                : null;
    }

    /** The column of this name, or null if it is none or nested. */
    ColumnNode.@Nullable Leaf flatColumn(String name) {
        Integer ordinal = schema.ordinals().get(name);
        return ordinal != null && schema.columns().get(ordinal) instanceof ColumnNode.Leaf leaf ? leaf : null;
    }

    /** The chunks of the leaves of {@code fields}, as far as there are any. */
    private List<ColumnChunkMetaData> chunksOf(List<Field> fields) {
        List<ColumnChunkMetaData> found = new ArrayList<>();
        for (Field field : fields) {
            if (schema.ordinals().containsKey(field.getName())) {
                column(field).leaves().forEach(leaf -> found.addAll(chunksOf(leaf)));
            }
        }
        return found;
    }

    private List<ColumnChunkMetaData> chunksOf(ColumnNode.Leaf leaf) {
        int ordinal = Objects.requireNonNull(schema.ordinals().get(leaf.path().toArray()[0]));
        return chunks.get(ordinal).stream()
                .filter(chunk -> chunk.getPath().equals(leaf.path()))
                .toList();
    }

    /** The column that {@code wanted} names, or the part of it that it has. */
    ColumnNode column(Field wanted) {
        return schema.column(wanted);
    }

    /** The one chunk of a leaf. */
    ColumnChunkMetaData chunk(ColumnNode.Leaf leaf) {
        List<ColumnChunkMetaData> found = chunksOf(leaf);
        if (found.size() != 1) {
            throw ForebayException.corrupt("a row group must have one chunk of each column: chunks=" + found.size())
                    .at(place.withColumn(leaf.path().toDotString()));
        }
        return found.get(0);
    }

    /** A part of the chunk as it is in the file, and a page where that is compressed. */
    @Override
    public long openBytes(List<Field> fields) {
        return chunksOf(fields).stream()
                .mapToLong(chunk -> isCompressed(chunk)
                        ? Math.min(inFile(chunk), PageSource.WINDOW_BYTES) + pageBytes(chunk)
                        : Math.min(inFile(chunk), PageSource.HEAD_BYTES))
                .sum();
    }

    /** Pages, of which there are no more than the chunk has; where they are not compressed, as without others. */
    @Override
    public long openBytes(List<Field> fields, int readers) {
        return chunksOf(fields).stream()
                .mapToLong(chunk -> isCompressed(chunk)
                        ? Math.min(decompressed(chunk), readers * pageBytes(chunk))
                        : readers * Math.min(inFile(chunk), PageSource.HEAD_BYTES))
                .sum();
    }

    private static boolean isCompressed(ColumnChunkMetaData chunk) {
        return chunk.getCodec() != CompressionCodecName.UNCOMPRESSED;
    }

    private static long inFile(ColumnChunkMetaData chunk) {
        return Math.max(0, chunk.getTotalSize());
    }

    private static long decompressed(ColumnChunkMetaData chunk) {
        return Math.max(0, chunk.getTotalUncompressedSize());
    }

    private static long pageBytes(ColumnChunkMetaData chunk) {
        return Math.min(decompressed(chunk), PAGE_BYTES_USUAL);
    }

    @Override
    public boolean mayStayInFile(Field field) {
        if (!schema.ordinals().containsKey(field.getName())
                || !(column(field) instanceof ColumnNode.Leaf leaf)
                || !ColumnInFile.mayBe(leaf.column())) {
            return false;
        }
        return chunksOf(leaf).stream().allMatch(RowGroup::mayBeReadAsItLies);
    }

    private static boolean mayBeReadAsItLies(ColumnChunkMetaData chunk) {
        Statistics<?> claims = chunk.getStatistics();
        boolean hasNulls = claims != null && claims.isNumNullsSet() && claims.getNumNulls() > 0;
        return !isCompressed(chunk)
                && !hasNulls
                && chunk.getEncodings().contains(Encoding.PLAIN)
                && chunk.getEncodings().stream().noneMatch(Encoding::usesDictionary);
    }

    @Override
    public List<ByteRange> ranges(List<Field> fields) {
        return chunksOf(fields).stream().map(RowGroup::range).toList();
    }

    /** Where a chunk lies, from its first page on. */
    private static ByteRange range(ColumnChunkMetaData chunk) {
        long dictionary = chunk.getDictionaryPageOffset();
        long data = chunk.getFirstDataPageOffset();
        return new ByteRange(dictionary > 0 && dictionary < data ? dictionary : data, chunk.getTotalSize());
    }

    /** Where the chunk of a leaf lies, checked to be within the file. */
    ByteRange range(ColumnNode.Leaf leaf) {
        ByteRange range = range(chunk(leaf));
        long start = range.offset();
        long length = range.length();
        if (start < 4 || length < 0 || start + length > fileBytes || start + length < start) {
            throw ForebayException.corrupt("a column chunk must lie within its file: offset=" + start + ", bytes="
                            + length + ", fileBytes=" + fileBytes)
                    .at(place.withColumn(leaf.path().toDotString()));
        }
        return range;
    }

    /** Where the pages of a leaf start. */
    PageIndex pageIndex(ColumnNode.Leaf leaf, RangeReader file) {
        IndexReference reference = chunk(leaf).getOffsetIndexReference();
        ByteRange where = reference == null ? null : new ByteRange(reference.getOffset(), reference.getLength());
        return new PageIndex(file, where, rows);
    }

    /** Refuses what cannot be decoded, before anything is. */
    void requireReadable(List<Field> fields) {
        for (Field field : fields) {
            ColumnNode column = column(field);
            column.leaves().forEach(leaf -> requireReadable(leaf, column.isFlat()));
        }
    }

    private void requireReadable(ColumnNode.Leaf leaf, boolean flat) {
        ColumnChunkMetaData chunk = chunk(leaf);
        Place where = place.withColumn(leaf.path().toDotString());
        try {
            Codecs.requireReadable(chunk.getCodec());
        } catch (ForebayException e) {
            throw e.at(where);
        }
        if (flat ? chunk.getValueCount() != rows : chunk.getValueCount() < rows) {
            throw ForebayException.corrupt("a column must have a value for each row of its row group: values="
                            + chunk.getValueCount() + ", rows=" + rows)
                    .at(where);
        }
    }
}
