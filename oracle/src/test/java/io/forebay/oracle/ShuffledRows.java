// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Checkpoint;
import io.forebay.Dataset;
import io.forebay.StepOrder;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.vector.FieldVector;

/** Holds what shuffled streams deliver against what a sequential read has at the rows of their order. */
final class ShuffledRows {
    private ShuffledRows() {}

    /** Reads some steps, and returns the state after them as it is read back. */
    static Checkpoint require(Dataset dataset, Checkpoint from, int steps, Columns sequential) {
        StepOrder order = from == null ? dataset.order() : dataset.order(from);
        try (BatchStream stream = from == null ? dataset.stream() : dataset.stream(from)) {
            return require(order, stream, steps, sequential);
        }
    }

    static Checkpoint require(StepOrder order, BatchStream stream, int steps, Columns sequential) {
        int step = 0;
        for (; step < Math.min(steps, order.steps()); step++) {
            try (Batch batch = stream.next()) {
                assertThat(batch.rowNumbers()).isEqualTo(order.rows(step));
                require(batch, order.rows(step), sequential);
            }
        }
        assertThat(stream.checkpoint()).isEqualTo(order.stateAfter(step - 1));
        if (step == order.steps()) {
            assertThat(stream.next()).isNull();
        }
        return Checkpoint.fromJson(stream.checkpoint().toJson());
    }

    /** Rows of a mixture are counted on over its data sets, which are the same here. */
    static void require(Batch batch, long[] rows, Columns sequential) {
        assertThat(batch.rows()).isEqualTo(rows.length);
        assertThat(batch.columns()).hasSize(sequential.names().size());
        for (FieldVector column : batch.columns()) {
            List<Object> expected = sequential.of(column.getName());
            for (int i = 0; i < rows.length; i++) {
                if (rows[i] != StepOrder.PADDING) {
                    Object value = ArrowValues.of(column, i);
                    Object wanted = expected.get((int) (rows[i] % expected.size()));
                    if (!Objects.equals(value, wanted)) {
                        assertThat(value)
                                .as("%s, row %d", column.getName(), rows[i])
                                .isEqualTo(wanted);
                    }
                }
            }
        }
    }
}
