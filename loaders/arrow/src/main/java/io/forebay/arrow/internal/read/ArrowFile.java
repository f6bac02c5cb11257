// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.arrow.internal.meta.ArrowMetadata;
import io.forebay.arrow.internal.meta.LogicalFields;
import io.forebay.spi.DataFile;
import io.forebay.spi.Storage;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.UnitReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** An IPC file or stream: its record batches are the units. Immutable. */
public final class ArrowFile implements DataFile {
    private final Storage storage;
    private final StorageObject object;
    private final ArrowMetadata metadata;
    private final Schema schema;

    public ArrowFile(Storage storage, StorageObject object, ArrowMetadata metadata) {
        this.storage = storage;
        this.object = object;
        this.metadata = metadata;
        this.schema = new Schema(
                LogicalFields.of(metadata.schema().getFields()),
                metadata.schema().getCustomMetadata());
    }

    @Override
    public StorageObject storageObject() {
        return object;
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<? extends Unit> units() {
        return metadata.batches();
    }

    @Override
    public String contentIdentity() {
        return metadata.identity();
    }

    @Override
    public void requireReadable(List<Field> fields) {
        Set<String> names = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        for (Field field : schema.getFields()) {
            if (!names.add(field.getName())) {
                repeated.add(field.getName());
            }
        }
        for (Field field : fields) {
            try {
                if (repeated.contains(field.getName())) {
                    throw ForebayException.unsupported("columns must have different names");
                }
                requireReadable(field);
            } catch (ForebayException e) {
                throw e.at(Place.of(object.uri()).withColumn(field.getName()));
            }
        }
    }

    private static void requireReadable(Field field) {
        ArrowType type = field.getType();
        switch (type.getTypeID()) {
            case Union, RunEndEncoded, ListView, LargeListView ->
                throw ForebayException.unsupported("columns of this type are not read: type=" + type);
            case Struct -> {
                Set<String> names = new HashSet<>();
                for (Field child : field.getChildren()) {
                    if (!names.add(child.getName())) {
                        throw ForebayException.unsupported(
                                "a struct's children must have different names: name=" + child.getName());
                    }
                }
            }
            default -> {} // the schema has been checked
        }
        field.getChildren().forEach(ArrowFile::requireReadable);
    }

    @Override
    public UnitReader openUnit(int unit, List<Field> fields, BufferAllocator allocator) {
        return BatchReader.open(storage, object, metadata.batches().get(unit), fields, allocator);
    }

    @Override
    public boolean isRemote() {
        return storage.isRemote();
    }
}
