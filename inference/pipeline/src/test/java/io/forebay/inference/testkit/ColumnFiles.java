// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.testkit;

import io.forebay.Batch;
import io.forebay.Checkpoint;
import io.forebay.Forebay;
import io.forebay.Sink;
import io.forebay.parquet.ParquetSink;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** Writes the columns of a test as a Parquet file. */
public final class ColumnFiles {
    private ColumnFiles() {}

    /** A column of a test: boxed values of one class, null where there is none. */
    public record Column(String name, List<Object> values) {
        public static Column column(String name, Object... values) {
            return new Column(name, Arrays.asList(values));
        }
    }

    /** A value of an unsigned column of 32 bits. */
    public record Unsigned(int bits) {}

    /** Writes the columns to a new folder; returns its path. */
    public static Path write(Forebay forebay, Path folder, Column... columns) {
        try (BufferAllocator allocator = forebay.newAllocator("test")) {
            List<FieldVector> vectors = new ArrayList<>();
            for (Column column : columns) {
                vectors.add(vector(column, allocator));
            }
            Schema schema =
                    new Schema(vectors.stream().map(FieldVector::getField).toList());
            int rows = columns[0].values().size();
            Checkpoint checkpoint = new Checkpoint.Sequential("sha256:test", 0, 1, rows, rows, null);
            try (Batch batch = new Batch(schema, vectors, rows, 0, checkpoint);
                    Sink.Writer writer = ParquetSink.at(folder).open(forebay, schema, false)) {
                writer.write(batch);
                writer.finish();
            }
        }
        return folder;
    }

    private static FieldVector vector(Column column, BufferAllocator allocator) {
        FieldVector vector = empty(column, allocator);
        vector.allocateNew();
        for (int row = 0; row < column.values().size(); row++) {
            set(vector, row, column.values().get(row));
        }
        vector.setValueCount(column.values().size());
        return vector;
    }

    private static FieldVector empty(Column column, BufferAllocator allocator) {
        Object sample = column.values().stream()
                .filter(value -> value != null)
                .findFirst()
                .orElse(0L);
        FieldVector typed = sample instanceof Long
                ? new BigIntVector(column.name(), allocator)
                : sample instanceof Integer
                        ? new IntVector(column.name(), allocator)
                        : sample instanceof Float
                                ? new Float4Vector(column.name(), allocator)
                                : sample instanceof Double
                                        ? new Float8Vector(column.name(), allocator)
                                        : sample instanceof Boolean
                                                ? new BitVector(column.name(), allocator)
                                                : sample instanceof Unsigned
                                                        ? new UInt4Vector(column.name(), allocator)
                                                        : new VarCharVector(column.name(), allocator);
        return new Field(column.name(), FieldType.nullable(typed.getField().getType()), null).createVector(allocator);
    }

    private static void set(FieldVector vector, int row, Object value) {
        if (value == null) {
            vector.setNull(row);
        } else if (vector instanceof BigIntVector longs) {
            longs.setSafe(row, (Long) value);
        } else if (vector instanceof IntVector ints) {
            ints.setSafe(row, (Integer) value);
        } else if (vector instanceof Float4Vector floats) {
            floats.setSafe(row, (Float) value);
        } else if (vector instanceof Float8Vector doubles) {
            doubles.setSafe(row, (Double) value);
        } else if (vector instanceof UInt4Vector unsigned) {
            unsigned.setSafe(row, ((Unsigned) value).bits());
        } else if (vector instanceof BitVector bits) {
            bits.setSafe(row, (Boolean) value ? 1 : 0);
        } else {
            ((VarCharVector) vector).setSafe(row, ((String) value).getBytes(StandardCharsets.UTF_8));
        }
    }
}
