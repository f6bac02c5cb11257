// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.mask;

import io.forebay.Batch;
import io.forebay.internal.stream.ColumnBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.arrow.vector.FieldVector;

/** The rows of batches that are valid. */
public final class ValidRows {
    private ValidRows() {}

    /** The ordinals of the rows that are valid, ascending. */
    public static int[] of(Batch batch) {
        return IntStream.range(0, batch.validRows()).filter(batch::isValid).toArray();
    }

    /** A batch of the valid rows alone, for the caller to close; {@code batch} is closed. It has no row numbers. */
    public static Batch gather(Batch batch) {
        int[] valid = of(batch);
        List<FieldVector> columns = new ArrayList<>();
        try (batch) {
            for (int i = 0; i < batch.columns().size(); i++) {
                columns.add(gather(batch, i, valid));
            }
            return new Batch(batch.schema(), columns, valid.length, batch.firstRow(), batch.checkpoint());
        } catch (RuntimeException | Error e) {
            columns.forEach(FieldVector::close);
            throw e;
        }
    }

    private static FieldVector gather(Batch batch, int ordinal, int[] rows) {
        FieldVector column = batch.columns().get(ordinal);
        try (ColumnBuilder builder = ColumnBuilder.like(
                column, batch.schema().getFields().get(ordinal), column.getAllocator(), rows.length)) {
            builder.append(column, rows, 0, rows.length);
            return builder.finish();
        }
    }
}
