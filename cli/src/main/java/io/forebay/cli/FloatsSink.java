// SPDX-License-Identifier: Apache-2.0
package io.forebay.cli;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.Forebay;
import io.forebay.Sink;
import java.util.Arrays;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.Schema;
import org.jspecify.annotations.Nullable;

/** Keeps the 32-bit floats of the first column, or of its lists. Used once. */
final class FloatsSink implements Sink, Sink.Writer {
    private float[] values = new float[1024];
    private int count;

    float[] values() {
        return Arrays.copyOf(values, count);
    }

    @Override
    public Writer open(Forebay forebay, Schema schema, boolean resume) {
        return this;
    }

    @Override
    public @Nullable Checkpoint committed() {
        return null;
    }

    @Override
    public void write(Batch batch) {
        FieldVector column = batch.columns().get(0);
        Float4Vector floats =
                (Float4Vector) (column instanceof FixedSizeListVector lists ? lists.getDataVector() : column);
        int more = floats.getValueCount();
        if (count + more > values.length) {
            values = Arrays.copyOf(values, Math.max(count + more, 2 * values.length));
        }
        for (int i = 0; i < more; i++) {
            values[count + i] = floats.get(i);
        }
        count += more;
    }

    @Override
    public void finish() {}

    @Override
    public int parts() {
        return 0;
    }

    @Override
    public void close() {}
}
