// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.parquet.internal.meta.FlatColumn;
import io.forebay.parquet.internal.meta.SchemaMapping;
import io.forebay.parquet.internal.meta.StatisticsBounds;
import io.forebay.parquet.internal.page.Codecs;
import io.forebay.spi.ByteRange;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.ValueBounds;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.jspecify.annotations.Nullable;

/** The metadata of a row group, checked against its file. Immutable. */
final class RowGroup implements Unit {
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
        for (Field field : fields) {
            for (ColumnChunkMetaData chunk : chunksOf(field.getName())) {
                bytes += chunk.getTotalSize();
            }
        }
        return bytes;
    }

    @Override
    public @Nullable ValueBounds bounds(String column) {
        List<ColumnChunkMetaData> found = chunksOf(column);
        return found.size() == 1 && SchemaMapping.isFlat(schema.message().getType(column))
                ? StatisticsBounds.of(flatColumn(column), found.get(0).getStatistics())
                : null;
    }

    private List<ColumnChunkMetaData> chunksOf(String column) {
        Integer ordinal = schema.ordinals().get(column);
        return ordinal == null ? List.of() : chunks.get(ordinal);
    }

    FlatColumn flatColumn(String column) {
        return FlatColumn.of(schema.message().getType(column).asPrimitiveType());
    }

    /** The one chunk of a flat column. */
    ColumnChunkMetaData chunk(String column) {
        List<ColumnChunkMetaData> found = chunksOf(column);
        if (found.size() != 1) {
            throw ForebayException.corrupt("a row group must have one chunk of each column: chunks=" + found.size())
                    .at(place.withColumn(column));
        }
        return found.get(0);
    }

    @Override
    public List<ByteRange> ranges(List<Field> fields) {
        List<ByteRange> ranges = new ArrayList<>();
        for (Field field : fields) {
            chunksOf(field.getName()).forEach(chunk -> ranges.add(range(chunk)));
        }
        return ranges;
    }

    /** Where a chunk lies, from its first page on. */
    private static ByteRange range(ColumnChunkMetaData chunk) {
        long dictionary = chunk.getDictionaryPageOffset();
        long data = chunk.getFirstDataPageOffset();
        return new ByteRange(dictionary > 0 && dictionary < data ? dictionary : data, chunk.getTotalSize());
    }

    /** Where the chunk of a flat column lies, checked to be within the file. */
    ByteRange range(String column) {
        ByteRange range = range(chunk(column));
        long start = range.offset();
        long length = range.length();
        if (start < 4 || length < 0 || start + length > fileBytes || start + length < start) {
            throw ForebayException.corrupt("a column chunk must lie within its file: offset=" + start + ", bytes="
                            + length + ", fileBytes=" + fileBytes)
                    .at(place.withColumn(column));
        }
        return range;
    }

    /** Refuses what cannot be decoded, before anything is. */
    void requireReadable(List<Field> fields) {
        for (Field field : fields) {
            ColumnChunkMetaData chunk = chunk(field.getName());
            Place column = place.withColumn(field.getName());
            try {
                Codecs.requireReadable(chunk.getCodec());
            } catch (ForebayException e) {
                throw e.at(column);
            }
            if (chunk.getValueCount() != rows) {
                throw ForebayException.corrupt("a flat column must have a value for each row of its row group: values="
                                + chunk.getValueCount() + ", rows=" + rows)
                        .at(column);
            }
        }
    }
}
