// SPDX-License-Identifier: Apache-2.0
package io.forebay.testkit;

import io.forebay.Batch;
import io.forebay.BatchStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.util.Float16;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseLargeVariableWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * Vectors from Java values, and back. Integers, dates and times are {@code Long}, floats {@code Double}, decimals {@code
 * BigDecimal}, strings {@code String} or {@code byte[]}, structs a {@code Map}, lists a {@code List}.
 */
public final class Vectors {
    private Vectors() {}

    /** A vector of these values, which the caller owns. */
    public static FieldVector of(Field field, BufferAllocator allocator, Object... values) {
        FieldVector vector = field.createVector(allocator);
        try {
            if (vector instanceof BaseFixedWidthVector fixed) {
                fixed.allocateNew(values.length);
            } else {
                vector.setInitialCapacity(Math.max(1, values.length));
                vector.allocateNew();
            }
            for (int row = 0; row < values.length; row++) {
                set(vector, row, values[row]);
            }
            vector.setValueCount(values.length);
            return vector;
        } catch (RuntimeException e) {
            vector.close();
            throw e;
        }
    }

    private static void set(FieldVector vector, int row, Object value) {
        if (value == null) {
            setNull(vector, row);
        } else if (vector instanceof BitVector bits) {
            bits.set(row, (Boolean) value ? 1 : 0);
        } else if (vector instanceof Float8Vector doubles) {
            doubles.set(row, (Double) value);
        } else if (vector instanceof Float4Vector floats) {
            floats.set(row, ((Double) value).floatValue());
        } else if (vector instanceof Float2Vector halves) {
            halves.set(row, Float16.toFloat16(((Double) value).floatValue()));
        } else if (vector instanceof DecimalVector decimals) {
            decimals.set(row, (BigDecimal) value);
        } else if (vector instanceof Decimal256Vector decimals) {
            decimals.set(row, (BigDecimal) value);
        } else if (vector instanceof FixedSizeBinaryVector binary) {
            binary.set(row, (byte[]) value);
        } else if (vector instanceof BaseFixedWidthVector fixed) {
            setInteger(fixed, row, (Long) value);
        } else if (vector instanceof BaseVariableWidthVector text) {
            text.setSafe(row, bytes(value));
        } else if (vector instanceof BaseLargeVariableWidthVector text) {
            text.setSafe(row, bytes(value));
        } else {
            setNested(vector, row, value);
        }
    }

    private static void setNull(FieldVector vector, int row) {
        if (vector instanceof StructVector struct) {
            struct.setNull(row);
        } else if (!(vector instanceof NullVector)) {
            vector.setNull(row);
        }
    }

    private static void setNested(FieldVector vector, int row, Object value) {
        if (vector instanceof StructVector struct) {
            struct.setIndexDefined(row);
            Map<?, ?> members = (Map<?, ?>) value;
            for (FieldVector child : struct.getChildrenFromFields()) {
                if (child.getValueCapacity() <= row) {
                    child.reAlloc();
                }
                set(child, row, members.get(child.getName()));
            }
        } else {
            ListVector list = (ListVector) vector;
            List<?> elements = (List<?>) value;
            int start = list.startNewValue(row);
            for (int i = 0; i < elements.size(); i++) {
                while (list.getDataVector().getValueCapacity() <= start + i) {
                    list.getDataVector().reAlloc();
                }
                set(list.getDataVector(), start + i, elements.get(i));
            }
            list.endValue(row, elements.size());
        }
    }

    private static void setInteger(BaseFixedWidthVector vector, int row, long value) {
        BitVectorHelper.setBit(vector.getValidityBuffer(), row);
        int width = vector.getTypeWidth();
        long at = (long) row * width;
        switch (width) {
            case 1 -> vector.getDataBuffer().setByte(at, (int) value);
            case 2 -> vector.getDataBuffer().setShort(at, (int) value);
            case 4 -> vector.getDataBuffer().setInt(at, (int) value);
            default -> vector.getDataBuffer().setLong(at, value);
        }
    }

    private static byte[] bytes(Object value) {
        return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) value;
    }

    /** The values of the column {@code id} of a batch. */
    public static List<Long> ids(Batch batch) {
        BigIntVector ids = (BigIntVector) batch.column("id");
        List<Long> values = new ArrayList<>();
        for (int row = 0; row < batch.rows(); row++) {
            values.add(ids.get(row));
        }
        return values;
    }

    /** The values of the column {@code id} of all batches of a stream, which is closed. */
    public static List<Long> ids(BatchStream stream) {
        List<Long> values = new ArrayList<>();
        try (stream) {
            for (Batch batch : stream) {
                try (batch) {
                    values.addAll(ids(batch));
                }
            }
        }
        return values;
    }

    /** Rows as lists, for comparisons. */
    public static List<List<Object>> lists(List<Object[]> rows) {
        return rows.stream().map(Arrays::asList).toList();
    }
}
