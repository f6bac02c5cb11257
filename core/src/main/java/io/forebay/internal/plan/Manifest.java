// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.internal.Fields;
import io.forebay.internal.dictionary.Dictionaries;
import io.forebay.internal.evolve.Layouts;
import io.forebay.internal.evolve.UnifiedFile;
import io.forebay.spi.DataFile;
import io.forebay.spi.Unit;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The ordered units of a data set at one moment. Immutable.
 *
 * @param name what messages call the data set
 * @param schema the columns of all files; every file of the units has it
 * @param units in file order, empty ones included
 * @param rows the sum of their rows
 * @param fingerprint digest of what the units hold, wherever they lie
 */
public record Manifest(String name, Schema schema, List<ManifestUnit> units, long rows, String fingerprint) {
    /**
     * A unit in its place.
     *
     * @param ordinal the unit's ordinal within its file
     * @param firstRow the global number of its first row
     */
    public record ManifestUnit(DataFile file, int ordinal, long firstRow) {
        public Unit unit() {
            return file.units().get(ordinal);
        }

        public long rows() {
            return unit().rows();
        }

        public long endRow() {
            return firstRow + rows();
        }

        public Place place() {
            return Place.of(file.storageObject().uri()).withUnit(ordinal);
        }
    }

    /** The manifest of files, in this order. */
    public static Manifest of(String name, List<DataFile> files) {
        List<DataFile> unified = UnifiedFile.unify(files);
        List<ManifestUnit> units = new ArrayList<>();
        long row = 0;
        for (DataFile file : unified) {
            for (int ordinal = 0; ordinal < file.units().size(); ordinal++) {
                units.add(new ManifestUnit(file, ordinal, row));
                row = sum(row, units.get(units.size() - 1));
            }
        }
        Manifest manifest = new Manifest(name, unified.get(0).schema(), List.copyOf(units), row, fingerprint(units));
        return manifest.withLayoutsOf(files);
    }

    /** With the layouts that all files had when they were written. */
    private Manifest withLayoutsOf(List<DataFile> files) {
        Manifest manifest = this;
        for (Map.Entry<String, ArrowType> layout : files.get(0).layouts().entrySet()) {
            Field field = Fields.find(schema.getFields(), layout.getKey());
            boolean wanted = field != null && Layouts.isLayout(field.getType(), layout.getValue());
            if (wanted
                    && files.stream().allMatch(file -> layout.getValue()
                            .equals(file.layouts().get(layout.getKey())))) {
                manifest = manifest.withLayout(layout.getKey(), layout.getValue());
            }
        }
        return manifest;
    }

    /** The data set of the units {@code [from, to)} alone; its rows are numbered from 0. */
    public Manifest slice(int from, int to) {
        if (from < 0 || from > to || to > units.size()) {
            throw ForebayException.usage(
                    "units must lie within the data set: from=" + from + ", to=" + to + ", units=" + units.size());
        }
        List<ManifestUnit> some = new ArrayList<>();
        long row = 0;
        for (ManifestUnit unit : units.subList(from, to)) {
            some.add(new ManifestUnit(unit.file(), unit.ordinal(), row));
            row = sum(row, unit);
        }
        return new Manifest(name, schema, List.copyOf(some), row, fingerprint(some));
    }

    /** The same rows with a column in another layout. */
    public Manifest withLayout(String column, ArrowType type) {
        Field field = Fields.require(schema.getFields(), column, column, name);
        return with(Layouts.of(field, type));
    }

    /** The same rows with a column as indices into dictionaries. */
    public Manifest withDictionary(String column) {
        int ordinal = Fields.requireOrdinal(schema.getFields(), column, column, name);
        return with(Dictionaries.encoded(schema.getFields().get(ordinal), ordinal));
    }

    private Manifest with(Field column) {
        Schema changed = new Schema(Layouts.with(schema.getFields(), column), schema.getCustomMetadata());
        IdentityHashMap<DataFile, DataFile> files = new IdentityHashMap<>();
        List<ManifestUnit> same = new ArrayList<>();
        for (ManifestUnit unit : units) {
            DataFile file = files.computeIfAbsent(unit.file(), plain -> UnifiedFile.withLayouts(plain, changed));
            same.add(new ManifestUnit(file, unit.ordinal(), unit.firstRow()));
        }
        return new Manifest(name, changed, List.copyOf(same), rows, fingerprint);
    }

    private static long sum(long rows, ManifestUnit unit) {
        try {
            return Math.addExact(rows, unit.rows());
        } catch (ArithmeticException e) {
            throw new ForebayException(
                    ForebayException.Kind.CORRUPT,
                    "the rows of a data set must fit 64 bits: rowsBefore=" + rows + ", rows=" + unit.rows(),
                    unit.place(),
                    e);
        }
    }

    private static String fingerprint(List<ManifestUnit> units) {
        Digest digest = new Digest();
        for (ManifestUnit unit : units) {
            digest.add(unit.file().storageObject().relativePath())
                    .add(unit.ordinal())
                    .add(unit.rows())
                    .add(unit.unit().sizeBytes(unit.file().schema().getFields()))
                    .add(unit.file().contentIdentity());
        }
        return digest.finish();
    }
}
