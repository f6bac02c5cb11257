// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.evolve;

import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.spi.ByteRange;
import io.forebay.spi.DataFile;
import io.forebay.spi.RowRange;
import io.forebay.spi.StorageObject;
import io.forebay.spi.Unit;
import io.forebay.spi.UnitIndex;
import io.forebay.spi.UnitReader;
import io.forebay.spi.ValueBounds;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** A file as the data set has it: with the columns of all files, and those of its path. Immutable. */
public final class UnifiedFile implements DataFile {
    private final DataFile file;
    private final Schema schema;

    /** Of each column of the path its value as filters compare it, null for null. */
    private final Map<String, @Nullable Object> constants;

    /** Whether columns differ from the file's in their layout at most. */
    private final boolean layoutsOnly;

    private final List<UnifiedUnit> units = new ArrayList<>();

    private UnifiedFile(DataFile file, Schema schema, Map<String, @Nullable Object> constants, boolean layoutsOnly) {
        this.file = file;
        this.layoutsOnly = layoutsOnly;
        this.schema = schema;
        this.constants = constants;
        file.units().forEach(unit -> units.add(new UnifiedUnit(unit)));
    }

    /** The files with one schema: as they are, where they have it. */
    public static List<DataFile> unify(List<DataFile> files) {
        HivePartitions partitions = HivePartitions.of(files);
        Schema own = SchemaUnion.of(files);
        List<Field> fields = new ArrayList<>(own.getFields());
        fields.removeIf(partitions::has);
        fields.addAll(partitions.fields());
        Schema schema = partitions.isEmpty() ? own : new Schema(fields, own.getCustomMetadata());
        List<DataFile> unified = new ArrayList<>(files.size());
        for (DataFile file : files) {
            boolean same = file.schema().getFields().equals(schema.getFields());
            unified.add(same ? file : new UnifiedFile(file, schema, partitions.valuesOf(file), false));
        }
        return unified;
    }

    /** A file with other layouts of its columns, in place of those that were asked for before. */
    public static DataFile withLayouts(DataFile file, Schema schema) {
        DataFile plain = file instanceof UnifiedFile unified && unified.layoutsOnly ? unified.file : file;
        return new UnifiedFile(plain, schema, Map.of(), true);
    }

    @Override
    public StorageObject storageObject() {
        return file.storageObject();
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<? extends Unit> units() {
        return units;
    }

    @Override
    public String contentIdentity() {
        return file.contentIdentity();
    }

    @Override
    public void requireReadable(List<Field> fields) {
        file.requireReadable(sources(fields));
    }

    @Override
    public UnitReader openUnit(int unit, List<Field> fields, BufferAllocator allocator) {
        return open(fields, allocator, read -> file.openUnit(unit, read, allocator));
    }

    @Override
    public UnitReader openChecked(int unit, List<Field> fields, BufferAllocator allocator) {
        return open(fields, allocator, read -> file.openChecked(unit, read, allocator));
    }

    private UnitReader open(List<Field> fields, BufferAllocator allocator, Function<List<Field>, UnitReader> opening) {
        List<Reshaping> reshapings = fields.stream().map(this::reshaping).toList();
        List<Field> read = IntStream.range(0, fields.size())
                .mapToObj(column -> read(fields.get(column), reshapings.get(column)))
                .filter(Objects::nonNull)
                .toList();
        return new UnifiedReader(
                opening.apply(read),
                fields,
                reshapings,
                fields.stream().map(field -> constants.get(field.getName())).toArray(),
                allocator);
    }

    /** What a reader of the file is opened for: a column with its dictionary, if the file has it so. */
    private @Nullable Field read(Field column, Reshaping reshaping) {
        Field source = reshaping.source();
        DictionaryEncoding encoding = column.getDictionary();
        return source != null && encoding != null && reshaping.keepsValues() && file.encodes(source)
                ? Dictionaries.with(source, encoding)
                : source;
    }

    /** Any column: what the file has plain is encoded as it is read. */
    @Override
    public boolean encodes(Field column) {
        return true;
    }

    @Override
    public @Nullable UnitIndex openIndex(int unit, BufferAllocator allocator) {
        UnitIndex index = file.openIndex(unit, allocator);
        return index == null ? null : new UnifiedIndex(index);
    }

    @Override
    public boolean isRemote() {
        return file.isRemote();
    }

    /** How the values of a column come about; one of the path has no source in the file. */
    private Reshaping reshaping(Field field) {
        return Reshaping.of(
                Dictionaries.plain(field),
                constants.containsKey(field.getName())
                        ? List.of()
                        : file.schema().getFields());
    }

    /** What is read of the file for some columns. */
    private List<Field> sources(List<Field> fields) {
        return fields.stream()
                .map(field -> reshaping(field).source())
                .filter(Objects::nonNull)
                .toList();
    }

    private final class UnifiedUnit implements Unit {
        private final Unit unit;

        UnifiedUnit(Unit unit) {
            this.unit = unit;
        }

        @Override
        public long rows() {
            return unit.rows();
        }

        @Override
        public long sizeBytes(List<Field> fields) {
            return unit.sizeBytes(sources(fields));
        }

        @Override
        public long openBytes(List<Field> fields) {
            return unit.openBytes(sources(fields));
        }

        @Override
        public long openBytes(List<Field> fields, int readers) {
            return unit.openBytes(sources(fields), readers);
        }

        @Override
        public List<ByteRange> ranges(List<Field> fields) {
            return unit.ranges(sources(fields));
        }

        @Override
        public @Nullable ValueBounds bounds(String column) {
            Object constant = constants.get(column);
            if (constant != null) {
                return new ValueBounds(constant, constant);
            }
            Reshaping reshaping = reshaping(schema.findField(column));
            Field source = reshaping.source();
            return source == null ? null : widened(unit.bounds(source.getName()), reshaping);
        }
    }

    /** Bounds of a file's column as those of the data set's. */
    private static @Nullable ValueBounds widened(@Nullable ValueBounds bounds, Reshaping reshaping) {
        return bounds == null || reshaping.keepsValues()
                ? bounds
                : Widening.widen(
                        bounds,
                        Objects.requireNonNull(reshaping.source()).getType(),
                        reshaping.wanted().getType());
    }

    /** A unit's index under the data set's names; of values it claims nothing where their type is another. */
    private final class UnifiedIndex implements UnitIndex {
        private final UnitIndex index;

        UnifiedIndex(UnitIndex index) {
            this.index = index;
        }

        @Override
        public List<RowBounds> rowBounds(String column) {
            Reshaping reshaping = reshaping(schema.findField(column));
            Field source = reshaping.source();
            return source == null
                    ? List.of()
                    : index.rowBounds(source.getName()).stream()
                            .map(run -> new RowBounds(run.rows(), widened(run.bounds(), reshaping)))
                            .toList();
        }

        @Override
        public boolean mayContain(String column, List<Object> values) {
            Reshaping reshaping = reshaping(schema.findField(column));
            Field source = reshaping.source();
            return source == null || !reshaping.keepsValues() || index.mayContain(source.getName(), values);
        }

        @Override
        public @Nullable FieldVector distinctValues(String column) {
            Reshaping reshaping = reshaping(schema.findField(column));
            Field source = reshaping.source();
            return source == null || !reshaping.keepsValues() ? null : index.distinctValues(source.getName());
        }

        @Override
        public long sizeBytes(Field column, List<RowRange> rows) {
            Field source = reshaping(column).source();
            return source == null ? 0 : index.sizeBytes(source, rows);
        }

        @Override
        public void close() {
            index.close();
        }
    }
}
