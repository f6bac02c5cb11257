// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Lists and maps: a map is a list of entries. */
final class ListReader implements ColumnReader {
    private final NullReader nulls;
    private final OffsetReader offsets;
    private final ColumnReader elements;

    /** Where the elements stand. */
    private long position;

    ListReader(NullReader nulls, OffsetReader offsets, ColumnReader elements) {
        this.nulls = nulls;
        this.offsets = offsets;
        this.elements = elements;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf starts = offsets.take(rows)) {
            target.loadFieldBuffers(nulls.node(rows), List.of(validity, starts));
        }
        elements.skip(offsets.first() - position);
        position = offsets.end();
        int count = (int) (offsets.end() - offsets.first());
        elements.read(count, target.getChildrenFromFields().get(0));
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        offsets.skip(rows);
        elements.skip(offsets.end() - position);
        position = offsets.end();
    }

    @Override
    public void close() {
        elements.close();
    }
}
