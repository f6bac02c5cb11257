// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.shuffle;

import io.forebay.internal.mask.BadRowLog;
import io.forebay.internal.mask.MaskingReader;
import io.forebay.internal.plan.Manifest.ManifestUnit;
import io.forebay.spi.UnitReader;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Field;
import org.jspecify.annotations.Nullable;

/**
 * Opens readers of one unit, for the lanes that have rows of it. Where there may be several, they have memory in common, if their
 * format can do that. Thread-safe; what it opens is closed by it.
 */
final class UnitOpener {
    private final ManifestUnit unit;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private final @Nullable BadRowLog badRows;
    private final boolean forSeveral;

    /** The reader that others have memory in common with, and how many of these are open; null while there is none. */
    private @Nullable UnitReader common;

    private int sharing;

    /**
     * @param badRows where bad rows are noted, or null where they are failures
     * @param forSeveral whether more than one reader may be open at one time
     */
    UnitOpener(
            ManifestUnit unit,
            List<Field> fields,
            BufferAllocator allocator,
            @Nullable BadRowLog badRows,
            boolean forSeveral) {
        this.unit = unit;
        this.fields = fields;
        this.allocator = allocator;
        this.badRows = badRows;
        this.forSeveral = forSeveral;
    }

    ManifestUnit unit() {
        return unit;
    }

    List<Field> fields() {
        return fields;
    }

    /** A reader before the first row of the unit; {@link #close} closes it. */
    synchronized UnitReader open() {
        UnitReader owner = common;
        if (owner == null) {
            owner = MaskingReader.open(unit, fields, allocator, badRows);
        }
        UnitReader another = forSeveral ? owner.another() : null;
        if (another == null) {
            return owner;
        }
        common = owner;
        sharing++;
        return another;
    }

    /** Closes a reader; answers the bytes that were read. */
    synchronized long close(UnitReader reader) {
        long bytesRead = reader.bytesRead();
        reader.close();
        UnitReader owner = common;
        if (owner != null && --sharing == 0) {
            common = null;
            owner.close();
        }
        return bytesRead;
    }
}
