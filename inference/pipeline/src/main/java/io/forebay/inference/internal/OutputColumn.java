// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Tensor;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/**
 * One output of a model as an Arrow column: {@code [rows]} is a scalar column, {@code [rows, k]} a fixed-size list. The
 * engine writes straight into the column's buffer, but for booleans, which Arrow packs into bits. Immutable.
 */
final class OutputColumn {
    private final TensorSpec spec;
    private final Field field;

    private OutputColumn(TensorSpec spec, Field field) {
        this.spec = spec;
        this.field = field;
    }

    static OutputColumn of(TensorSpec spec) {
        boolean fits = spec.hasFreeRows()
                && spec.shape().size() <= 2
                && spec.elementsPerRow() > 0
                && spec.elementsPerRow() <= Integer.MAX_VALUE
                && spec.element() != Element.STRING;
        if (!fits) {
            throw ForebayException.unsupported(
                    "a model's output must be numbers of shape [rows] or [rows, k] with k known: output=" + spec);
        }
        ArrowType type = arrowType(spec.element());
        if (spec.shape().size() == 1) {
            return new OutputColumn(spec, new Field(spec.name(), FieldType.notNullable(type), null));
        }
        Field element = new Field("element", FieldType.notNullable(type), null);
        ArrowType list = new ArrowType.FixedSizeList(Math.toIntExact(spec.elementsPerRow()));
        return new OutputColumn(spec, new Field(spec.name(), FieldType.notNullable(list), List.of(element)));
    }

    Field field() {
        return field;
    }

    /** The memory of one run's output until it becomes a column; the caller closes it. */
    Buffer allocate(int rows, BufferAllocator allocator) {
        return new Buffer(rows, allocator);
    }

    private static ArrowType arrowType(Element element) {
        return switch (element) {
            case FLOAT32 -> new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE);
            case FLOAT64 -> new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE);
            case FLOAT16 -> new ArrowType.FloatingPoint(FloatingPointPrecision.HALF);
            case INT8 -> new ArrowType.Int(8, true);
            case INT16 -> new ArrowType.Int(16, true);
            case INT32 -> new ArrowType.Int(32, true);
            case INT64 -> new ArrowType.Int(64, true);
            case UINT8 -> new ArrowType.Int(8, false);
            case BOOL -> new ArrowType.Bool();
            case STRING -> throw new IllegalArgumentException("strings have no fixed width");
        };
    }

    /** One run's output. */
    final class Buffer implements AutoCloseable {
        private final int rows;
        private final int elements;
        private final BufferAllocator allocator;
        private final ArrowBuf data;
        private final Tensor tensor;

        private Buffer(int rows, BufferAllocator allocator) {
            this.rows = rows;
            this.elements = elements(rows);
            this.allocator = allocator;
            int bytes = elements * spec.element().bytes();
            this.data = allocator.buffer(Math.max(1, bytes));
            this.tensor = new Tensor(
                    spec, Tensor.Shape.of(spec, rows, 0), Objects.requireNonNull(NioViews.of(data, 0, bytes)), null);
        }

        private int elements(int rows) {
            long most = Integer.MAX_VALUE / spec.element().bytes();
            if (rows * spec.elementsPerRow() > most) {
                throw ForebayException.limit("an output of one batch must fit 2 GiB, ask for fewer batch rows: output="
                        + spec + ", rows=" + rows);
            }
            return (int) (rows * spec.elementsPerRow());
        }

        Tensor tensor() {
            return tensor;
        }

        /** The column, which the caller owns. */
        FieldVector toColumn() {
            FieldVector column = field.createVector(allocator);
            try (ArrowBuf validity = ones(elements)) {
                if (spec.shape().size() == 1) {
                    load(column, validity);
                } else {
                    column.loadFieldBuffers(new ArrowFieldNode(rows, 0), List.of(validity));
                    load(column.getChildrenFromFields().get(0), validity);
                }
            } catch (RuntimeException | Error e) {
                column.close();
                throw e;
            }
            return column;
        }

        private void load(FieldVector values, ArrowBuf validity) {
            ArrowFieldNode node = new ArrowFieldNode(elements, 0);
            if (spec.element() != Element.BOOL) {
                values.loadFieldBuffers(node, List.of(validity, data));
                return;
            }
            try (ArrowBuf bits = allocator.buffer(Math.max(1, Bits.bytes(elements)))) {
                for (int i = 0; i < elements; i++) {
                    Bits.set(bits.memoryAddress(), i, RawMemory.getByte(data.memoryAddress() + i) != 0);
                }
                values.loadFieldBuffers(node, List.of(validity, bits));
            }
        }

        private ArrowBuf ones(int count) {
            ArrowBuf validity = allocator.buffer(Math.max(1, Bits.bytes(count)));
            Bits.fill(validity.memoryAddress(), 0, count, true);
            return validity;
        }

        @Override
        public void close() {
            data.close();
        }
    }
}
