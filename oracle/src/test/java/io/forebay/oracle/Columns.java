// SPDX-License-Identifier: Apache-2.0
package io.forebay.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.forebay.Batch;
import io.forebay.BatchStream;
import io.forebay.Dataset;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** The rows of some batches as canonical values, column by column. Not thread-safe. */
final class Columns {
    private final Map<String, List<Object>> values = new LinkedHashMap<>();
    private long rows;

    private Columns(Schema schema) {
        schema.getFields().forEach(field -> values.put(field.getName(), new ArrayList<>()));
    }

    /** All rows of {@code dataset}; every batch but the last must have {@code batchRows} rows. */
    static Columns read(Dataset dataset, int batchRows) {
        try (BatchStream stream = dataset.batchRows(batchRows).stream()) {
            Columns columns = new Columns(stream.schema());
            columns.drain(stream, batchRows);
            return columns;
        }
    }

    /** The data set with a dictionary for each column that can have one. */
    static Dataset encoded(Dataset dataset) {
        Dataset encoded = dataset;
        for (Field any : dataset.schema().getFields()) {
            Field field = dataset.schema().findField(any.getName()); // the first of that name
            if (field.getType() instanceof ArrowType.Utf8 || field.getType() instanceof ArrowType.Binary) {
                encoded = encoded.dictionary(field.getName());
            }
        }
        return encoded;
    }

    /** All rows that {@code reader} has left. */
    static Columns read(ArrowReader reader) throws IOException {
        VectorSchemaRoot root = reader.getVectorSchemaRoot();
        Columns columns = new Columns(root.getSchema());
        while (reader.loadNextBatch()) {
            columns.add(root.getFieldVectors(), root.getRowCount());
        }
        return columns;
    }

    /** The rows that {@code batches} full batches hold and then, resumed from their checkpoint, those that follow. */
    static Columns readResumed(Dataset dataset, int batchRows, int batches) {
        Dataset read = dataset.batchRows(batchRows);
        try (BatchStream stream = read.stream()) {
            Columns columns = new Columns(stream.schema());
            for (int i = 0; i < batches; i++) {
                try (Batch batch = stream.next()) {
                    columns.add(batch);
                }
            }
            try (BatchStream rest = read.stream(stream.checkpoint())) {
                columns.drain(rest, batchRows);
            }
            return columns;
        }
    }

    /** All rows of {@code dataset}, from one shard after the other. */
    static Columns readShards(Dataset dataset, int batchRows, int world) {
        Columns columns = new Columns(dataset.schema());
        for (int rank = 0; rank < world; rank++) {
            try (BatchStream stream = dataset.shard(rank, world).batchRows(batchRows).stream()) {
                columns.drain(stream, batchRows);
            }
        }
        return columns;
    }

    private void drain(BatchStream stream, int batchRows) {
        int lastRows = batchRows;
        for (Batch batch : stream) {
            try (batch) {
                assertThat(lastRows).as("rows of a batch that is not the last").isEqualTo(batchRows);
                lastRows = batch.rows();
                add(batch);
            }
        }
    }

    private void add(Batch batch) {
        add(batch.columns(), batch.rows());
    }

    private void add(List<FieldVector> vectors, int count) {
        rows += count;
        for (FieldVector vector : vectors) {
            assertThat(vector.getValueCount()).as(vector.getName()).isEqualTo(count);
            List<Object> column = values.get(vector.getName());
            int nulls = 0;
            for (int row = 0; row < count; row++) {
                Object value = ArrowValues.of(vector, row);
                column.add(value);
                nulls += value == null ? 1 : 0;
            }
            assertThat(vector.getNullCount())
                    .as("nulls of %s", vector.getName())
                    .isEqualTo(nulls);
        }
    }

    long rows() {
        return rows;
    }

    /** The values of a column. */
    List<Object> of(String name) {
        return values.get(name);
    }

    List<String> names() {
        return List.copyOf(values.keySet());
    }

    /** Fails at the first value that differs. */
    void requireEqual(Columns expected) {
        assertThat(names()).isEqualTo(expected.names());
        expected.values.forEach(this::requireEqual);
    }

    /** Fails at the first row of {@code name} that differs from {@code expected}. */
    void requireEqual(String name, List<Object> expected) {
        List<Object> actual = values.get(name);
        assertThat(actual).as(name).isNotNull();
        if (!actual.equals(expected)) {
            for (int row = 0; row < Math.min(actual.size(), expected.size()); row++) {
                assertThat(actual.get(row)).as("%s, row %d", name, row).isEqualTo(expected.get(row));
            }
            assertThat(actual.size()).as("rows of %s", name).isEqualTo(expected.size());
        }
    }
}
