// SPDX-License-Identifier: Apache-2.0
package io.forebay.arrow.internal.read;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Booleans, one bit each. */
final class BooleanReader implements ColumnReader {
    private final NullReader nulls;
    private final BitReader values;

    BooleanReader(NullReader nulls, BufferBytes values) {
        this.nulls = nulls;
        this.values = new BitReader(values);
    }

    @Override
    public void read(int rows, FieldVector target) {
        try (ArrowBuf validity = nulls.take(rows);
                ArrowBuf data = values.take(rows)) {
            target.loadFieldBuffers(nulls.node(rows), List.of(validity, data));
        }
    }

    @Override
    public void skip(long rows) {
        nulls.skip(rows);
        values.skip(rows);
    }
}
