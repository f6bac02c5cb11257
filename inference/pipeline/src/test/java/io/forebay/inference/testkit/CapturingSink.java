// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.testkit;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.Forebay;
import io.forebay.Sink;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** A sink that keeps the values of one column. */
public final class CapturingSink implements Sink, Sink.Writer {
    private final String column;
    private final List<Object> values = new ArrayList<>();

    public CapturingSink(String column) {
        this.column = column;
    }

    public List<Object> values() {
        return values;
    }

    @Override
    public Writer open(Forebay forebay, Schema schema, boolean resume) {
        return this;
    }

    @Override
    public Checkpoint committed() {
        return null;
    }

    @Override
    public void write(Batch batch) {
        FieldVector vector = batch.column(column);
        for (int row = 0; row < batch.rows(); row++) {
            values.add(vector.getObject(row));
        }
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
