// SPDX-License-Identifier: Apache-2.0
package io.forebay.spi;

import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** The metadata of one file and the way to its rows. Immutable, thread-safe, holds no open handles. */
public interface DataFile {
    StorageObject storageObject();

    /** The file's columns; formats extend an Arrow type by the field metadata of {@link FieldNotes}. */
    Schema schema();

    /**
     * Layouts, by the names of top-level columns, that columns had when they were written, and that the format does not keep; a
     * hint, which may name anything. Data sets have those columns so if all of their files say the same.
     */
    default Map<String, ArrowType> layouts() {
        return Map.of();
    }

    /** The file's units in file order: the same list at every call. */
    List<? extends Unit> units();

    /** A digest of the file's own metadata: the same wherever the file lies. */
    String contentIdentity();

    /**
     * Fails for the first of {@code fields} that this format cannot read, before any byte is decoded.
     *
     * @param fields top-level fields of {@link #schema()}, each perhaps without some of its children
     * @throws io.forebay.ForebayException of kind {@code unsupported}, which names the column
     */
    void requireReadable(List<Field> fields);

    /**
     * Whether a column may be asked of {@link #openUnit} with a dictionary encoding; it then comes as {@link
     * io.forebay.DictionaryVector}.
     */
    default boolean encodes(Field column) {
        return false;
    }

    /**
     * Opens one unit. The caller closes the reader.
     *
     * @param unit the unit's ordinal in this file
     * @param fields the columns to decode: top-level fields of {@link #schema()}, each perhaps without some children, or with
     *     an encoding if the file {@link #encodes} it
     * @param allocator owns every buffer that the reader hands out
     */
    UnitReader openUnit(int unit, List<Field> fields, BufferAllocator allocator);

    /**
     * As {@link #openUnit}, for reads that go on behind damage: what can be read of a row must not depend on where reading began. So
     * the reader goes by the unit's indexes wherever it has any that can be read, and what contradicts them is damage; failures are
     * {@link io.forebay.DamagedRowsException}s where the format knows the rows that they make unreadable.
     */
    default UnitReader openChecked(int unit, List<Field> fields, BufferAllocator allocator) {
        return openUnit(unit, fields, allocator);
    }

    /** Opens the indexes of one unit, or returns null where the format has none. The caller closes it. */
    default @Nullable UnitIndex openIndex(int unit, BufferAllocator allocator) {
        return null;
    }

    /** Whether the file lies on a {@link Storage#isRemote remote} storage, so that it pays to open units before their turn. */
    default boolean isRemote() {
        return false;
    }
}
