// SPDX-License-Identifier: Apache-2.0
package io.forebay.parquet.internal;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.parquet.internal.meta.ColumnNode;
import io.forebay.parquet.internal.meta.Footer;
import io.forebay.parquet.internal.meta.WriterSchema;
import io.forebay.spi.DataFile;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.UnitIndex;
import io.forebay.spi.UnitReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;

/** A Parquet file's metadata: its row groups are the units. Immutable. */
public final class ParquetFile implements DataFile {
    private final Storage storage;
    private final StorageObject object;
    private final FileSchema schema;
    private final List<RowGroup> rowGroups;
    private final String identity;
    private final Map<ColumnPath, String> unknown;
    private final Map<String, ArrowType> layouts;

    private ParquetFile(Storage storage, StorageObject object, Footer.Parsed footer, FileSchema schema) {
        this.storage = storage;
        this.object = object;
        this.schema = schema;
        this.identity = footer.identity();
        this.unknown = footer.unknown();
        this.rowGroups = rowGroups(footer.metadata().getBlocks());
        this.layouts =
                WriterSchema.fixedSizeLists(footer.metadata().getFileMetaData().getKeyValueMetaData());
    }

    private List<RowGroup> rowGroups(List<BlockMetaData> blocks) {
        List<RowGroup> groups = new ArrayList<>(blocks.size());
        for (BlockMetaData block : blocks) {
            groups.add(RowGroup.of(block, schema, object, groups.size()));
        }
        return List.copyOf(groups);
    }

    /**
     * A file whose footer has been read.
     *
     * @param schema the footer's
     */
    public static ParquetFile of(Storage storage, StorageObject object, Footer.Parsed footer, FileSchema schema) {
        return new ParquetFile(storage, object, footer, schema);
    }

    @Override
    public StorageObject storageObject() {
        return object;
    }

    @Override
    public Schema schema() {
        return schema.schema();
    }

    @Override
    public Map<String, ArrowType> layouts() {
        return layouts;
    }

    @Override
    public List<? extends Unit> units() {
        return rowGroups;
    }

    @Override
    public String contentIdentity() {
        return identity;
    }

    @Override
    public void requireReadable(List<Field> fields) {
        for (Field field : fields) {
            if (schema.repeatedNames().contains(field.getName())) {
                throw ForebayException.unsupported("columns must have different names")
                        .at(Place.of(object.uri()).withColumn(field.getName()));
            }
            requireKnown(field);
            if (schema.column(field).hasRepeatedNames()) {
                throw ForebayException.unsupported("the fields of a struct must have different names")
                        .at(Place.of(object.uri()).withColumn(field.getName()));
            }
        }
        rowGroups.forEach(rowGroup -> rowGroup.requireReadable(fields));
    }

    private void requireKnown(Field field) {
        schema.column(field).leaves().forEach(leaf -> {
            String what = unknown.get(leaf.path());
            if (what != null) {
                throw ForebayException.unsupported(
                                "a column's encodings and codecs must be known to this reader: " + what)
                        .at(Place.of(object.uri()).withColumn(leaf.path().toDotString()));
            }
        });
    }

    @Override
    public boolean encodes(Field column) {
        return schema.column(column) instanceof ColumnNode.Leaf leaf
                && leaf.column().isBytes();
    }

    @Override
    public UnitReader openUnit(int unit, List<Field> fields, BufferAllocator allocator) {
        return RowGroupReader.open(storage, object, rowGroups.get(unit), fields, false, allocator);
    }

    @Override
    public UnitReader openChecked(int unit, List<Field> fields, BufferAllocator allocator) {
        return RowGroupReader.open(storage, object, rowGroups.get(unit), fields, true, allocator);
    }

    @Override
    public UnitIndex openIndex(int unit, BufferAllocator allocator) {
        return new RowGroupIndex(storage, object, rowGroups.get(unit), allocator);
    }

    @Override
    public boolean isRemote() {
        return storage.isRemote();
    }
}
