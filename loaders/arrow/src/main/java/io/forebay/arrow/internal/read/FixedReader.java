// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Values of one width, as they are. */
final class FixedReader implements ColumnReader {
    private final NullReader nulls;
    private final BufferBytes values;
    private final int width;

    FixedReader(NullReader nulls, BufferBytes values, int width) {
        this.nulls = nulls;
        this.values = values;
        this.width = width;
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf data = values.take((long) width * rows)) {
            target.loadFieldBuffers(nulls.node(rows), List.of(validity, data));
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        values.skip(width * rows);
    }
}
