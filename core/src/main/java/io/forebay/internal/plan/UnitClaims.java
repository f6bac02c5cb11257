// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.plan;

import io.forebay.internal.filter.BoundFilter;
import io.forebay.internal.filter.Claims;
import io.forebay.internal.filter.RowRanges;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.spi.RowRange;
import io.forebay.spi.UnitIndex;
import io.forebay.spi.UnitIndex.RowBounds;
import io.forebay.spi.ValueBounds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * What a filter is told of one unit: its statistics, which cost nothing, and step by step what the unit's indexes claim, which is
 * read. Not thread-safe; its owner closes it.
 */
final class UnitClaims implements Claims, AutoCloseable {
    /** The kinds of claims, in the order in which they are looked at. */
    enum Step {
        STATISTICS("statistics"),
        BLOOM_FILTERS("bloom filters"),
        DICTIONARIES("dictionaries"),
        PAGE_INDEX("page index");

        final String text;

        Step(String text) {
            this.text = text;
        }
    }

    private final ManifestUnit unit;
    private final List<Field> fields;
    private final @Nullable UnitIndex index;
    private final Map<Integer, FieldVector> distinct = new HashMap<>();
    private Step last = Step.STATISTICS;

    private UnitClaims(ManifestUnit unit, List<Field> fields, @Nullable UnitIndex index) {
        this.unit = unit;
        this.fields = fields;
        this.index = index;
    }

    /** Nothing but the statistics of a unit. */
    static UnitClaims ofStatistics(ManifestUnit unit, List<Field> fields) {
        return new UnitClaims(unit, fields, null);
    }

    /** The statistics and the indexes of a unit. */
    static UnitClaims open(ManifestUnit unit, List<Field> fields, BufferAllocator allocator) {
        return new UnitClaims(unit, fields, unit.file().openIndex(unit.ordinal(), allocator));
    }

    /** The rows that may pass, as far as the claims of {@code step} and of those before it go. */
    RowRanges candidates(BoundFilter filter, Step step) {
        last = step;
        if (step == Step.PAGE_INDEX) {
            return filter.candidates(this, unit.rows());
        }
        return filter.mayPass(this) ? RowRanges.first(unit.rows()) : RowRanges.NONE;
    }

    /** Bytes of a column that it takes to read some rows. */
    long sizeBytes(Field field, List<RowRange> rows) {
        long bytes = index == null ? -1 : index.sizeBytes(field, rows);
        return bytes < 0 ? unit.unit().sizeBytes(List.of(field)) : bytes;
    }

    private String name(int column) {
        return fields.get(column).getName();
    }

    private boolean has(Step step) {
        return index != null && last.compareTo(step) >= 0;
    }

    @Override
    public @Nullable ValueBounds bounds(int column) {
        return unit.unit().bounds(name(column));
    }

    @Override
    public boolean mayContain(int column, List<Object> values) {
        return index == null || !has(Step.BLOOM_FILTERS) || index.mayContain(name(column), values);
    }

    @Override
    public @Nullable FieldVector distinctValues(int column) {
        if (index == null || !has(Step.DICTIONARIES)) {
            return null;
        }
        return distinct.computeIfAbsent(column, key -> index.distinctValues(name(key)));
    }

    @Override
    public List<RowBounds> rowBounds(int column) {
        return index == null || !has(Step.PAGE_INDEX) ? List.of() : index.rowBounds(name(column));
    }

    @Override
    public void close() {
        distinct.values().forEach(FieldVector::close);
        if (index != null) {
            index.close();
        }
    }
}
