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
 * Opens a reader of one unit for each lane that has rows of it. Where these are several, their readers have memory in common, if their
 * format can do that. Thread-safe; what it opens is closed by it.
 */
final class UnitOpener {
    private final ManifestUnit unit;
    private final List<Field> fields;
    private final BufferAllocator allocator;
    private final @Nullable BadRowLog badRows;
    private final boolean isShared;

    /** How many lanes may still need a reader, or have one: written under the lock, which may be held for as long as opening takes. */
    private volatile int lanesLeft;

    /** The reader that others have memory in common with, and how many of these are open; null while there is none. */
    private @Nullable UnitReader common;

    private int sharing;

    /**
     * @param badRows where bad rows are noted, or null where they are failures
     * @param lanes how many need a reader each
     */
    UnitOpener(
            ManifestUnit unit, List<Field> fields, BufferAllocator allocator, @Nullable BadRowLog badRows, int lanes) {
        this.unit = unit;
        this.fields = fields;
        this.allocator = allocator;
        this.badRows = badRows;
        this.isShared = lanes > 1;
        this.lanesLeft = lanes;
    }

    ManifestUnit unit() {
        return unit;
    }

    List<Field> fields() {
        return fields;
    }

    /** Whether all lanes are through. */
    boolean isDone() {
        return lanesLeft == 0;
    }

    /** A reader before the first row of the unit, for one lane. */
    synchronized UnitReader open() {
        if (!isShared) {
            return MaskingReader.open(unit, fields, allocator, badRows);
        }
        UnitReader owner = common == null ? MaskingReader.open(unit, fields, allocator, badRows) : common;
        common = owner; // is closed when the last lane leaves, should this fail
        UnitReader another = owner.another();
        if (another == null) {
            common = null;
            return owner;
        }
        sharing++;
        return another;
    }

    /** Told once by each lane that is through; closes its reader, if it opened one, and answers the bytes that were read. */
    synchronized long leave(@Nullable UnitReader reader) {
        lanesLeft--;
        try {
            if (reader == null) {
                return 0;
            }
            sharing -= common == null ? 0 : 1;
            long bytesRead = reader.bytesRead();
            reader.close();
            return bytesRead;
        } finally {
            UnitReader owner = common;
            if (owner != null && sharing == 0) {
                common = null;
                owner.close();
            }
        }
    }
}
