// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.EngineSession;
import io.forebay.inference.Tensor;
import io.forebay.inference.internal.prepare.OutcomePlan;
import io.forebay.inference.prepare.Outcome;
import io.forebay.internal.memory.Bits;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/**
 * One output of a model as Arrow columns: {@code [rows]} is a scalar column, {@code [rows, k]} a fixed-size list, or a scalar
 * column for each class where the classes are known. The engine writes straight into the column's buffer, but for classes;
 * for booleans, which Arrow packs into bits; and for strings. Immutable.
 */
final class OutputColumn {
    private static final int ALIGNMENT = 64;

    private final TensorSpec spec;
    private final List<Field> fields;

    /** What columns are made of instead; empty where they are the output as it is. */
    private final List<OutcomePlan> outcomes;

    private OutputColumn(TensorSpec spec, List<Field> fields, List<OutcomePlan> outcomes) {
        this.spec = spec;
        this.fields = fields;
        this.outcomes = outcomes;
    }

    /** The outputs of a session, with what is to be made of them. */
    static List<OutputColumn> of(EngineSession session, List<Outcome> outcomes) {
        for (Outcome outcome : outcomes) {
            if (session.outputs().stream().noneMatch(spec -> spec.name().equals(outcome.output()))) {
                throw ForebayException.usage("an outcome must be made from an output of the model: output="
                        + outcome.output() + ", outputs=" + session.outputs());
            }
        }
        return session.outputs().stream()
                .map(spec -> {
                    List<String> labels = session.labels().getOrDefault(spec.name(), List.of());
                    List<OutcomePlan> made = outcomes.stream()
                            .filter(outcome -> outcome.output().equals(spec.name()))
                            .map(outcome -> OutcomePlan.of(outcome, spec, labels))
                            .toList();
                    return made.isEmpty() ? ofClasses(spec, labels) : of(spec, made);
                })
                .toList();
    }

    private static OutputColumn of(TensorSpec spec, List<OutcomePlan> outcomes) {
        List<Field> fields =
                outcomes.stream().flatMap(outcome -> outcome.fields().stream()).toList();
        return new OutputColumn(spec, fields, outcomes);
    }

    /** @param labels the classes of an output that has some, else empty */
    private static OutputColumn ofClasses(TensorSpec spec, List<String> labels) {
        boolean fits = spec.hasFreeRows()
                && spec.shape().size() <= (spec.element() == Element.STRING ? 1 : 2)
                && spec.elementsPerRow() > 0
                && spec.elementsPerRow() <= Integer.MAX_VALUE;
        if (!fits) {
            throw ForebayException.unsupported(
                    "a model's output must be numbers of shape [rows] or [rows, k] with k known,"
                            + " or strings of shape [rows]: output=" + spec);
        }
        ArrowType type = ElementTypes.of(spec.element());
        if (!labels.isEmpty()) {
            return new OutputColumn(
                    spec,
                    labels.stream()
                            .map(label -> Field.notNullable(spec.name() + "_" + label, type))
                            .toList(),
                    List.of());
        }
        if (spec.shape().size() == 1) {
            return new OutputColumn(spec, List.of(Field.notNullable(spec.name(), type)), List.of());
        }
        Field lists = ElementTypes.lists(spec.name(), type, Math.toIntExact(spec.elementsPerRow()));
        return new OutputColumn(spec, List.of(lists), List.of());
    }

    /** The columns: one, unless there are classes. */
    List<Field> fields() {
        return fields;
    }

    private boolean isOfClasses() {
        return spec.shape().size() == 2 && !(fields.get(0).getType() instanceof ArrowType.FixedSizeList);
    }

    /** The memory of one run's output until it becomes columns; the caller closes it. */
    Buffer allocate(int rows, BufferAllocator allocator) {
        return new Buffer(rows, allocator);
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
            Tensor.Shape shape = Tensor.Shape.of(spec, rows, 0);
            this.tensor = spec.element() == Element.STRING
                    ? new Tensor(spec, shape, null, new Tensor.Strings(new String[rows]))
                    : new Tensor(spec, shape, Objects.requireNonNull(NioViews.of(data, 0, bytes)), null);
        }

        private int elements(int rows) {
            long most = Integer.MAX_VALUE / Math.max(1, spec.element().bytes());
            if (rows * spec.elementsPerRow() > most) {
                throw ForebayException.limit("an output of one batch must fit 2 GiB, ask for fewer batch rows: output="
                        + spec + ", rows=" + rows);
            }
            return (int) (rows * spec.elementsPerRow());
        }

        Tensor tensor() {
            return tensor;
        }

        /** Appends the columns, which the caller owns, to {@code columns}. */
        void addColumnsTo(List<FieldVector> columns) {
            if (!outcomes.isEmpty()) {
                for (OutcomePlan outcome : outcomes) {
                    outcome.addColumnsTo(columns, data.memoryAddress(), rows, allocator);
                }
                return;
            }
            try (ArrowBuf validity = Staging.ones(allocator, elements)) {
                if (isOfClasses()) {
                    addClassesTo(columns, validity);
                } else {
                    FieldVector column = fields.get(0).createVector(allocator);
                    columns.add(column);
                    fill(column, validity);
                }
            }
        }

        private void fill(FieldVector column, ArrowBuf validity) {
            if (tensor.strings() != null) {
                fillStrings((VarCharVector) column, tensor.strings().values());
            } else if (column instanceof FixedSizeListVector list) {
                list.loadFieldBuffers(new ArrowFieldNode(rows, 0), List.of(validity));
                load(list.getDataVector(), validity, data, elements);
            } else {
                load(column, validity, data, elements);
            }
        }

        /** The columns of classes share their memory: each begins at a multiple of what vectors are aligned to. */
        private void addClassesTo(List<FieldVector> columns, ArrowBuf validity) {
            long bytes = (long) rows * spec.element().bytes();
            long stride = (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
            try (ArrowBuf ofClasses = allocator.buffer(Math.max(1, stride * fields.size()))) {
                for (int i = 0; i < fields.size(); i++) {
                    FieldVector column = fields.get(i).createVector(allocator);
                    columns.add(column);
                    copyClass(i, ofClasses.memoryAddress() + i * stride);
                    load(column, validity, ofClasses.slice(i * stride, bytes), rows);
                }
            }
        }

        private void copyClass(int ordinal, long to) {
            int width = spec.element().bytes();
            long from = data.memoryAddress() + (long) ordinal * width;
            for (int row = 0; row < rows; row++) {
                RawMemory.copy(from + (long) row * fields.size() * width, to + (long) row * width, width);
            }
        }

        private void load(FieldVector values, ArrowBuf validity, ArrowBuf source, int count) {
            ArrowFieldNode node = new ArrowFieldNode(count, 0);
            if (spec.element() != Element.BOOL) {
                values.loadFieldBuffers(node, List.of(validity, source));
                return;
            }
            try (ArrowBuf bits = allocator.buffer(Math.max(1, Bits.bytes(count)))) {
                for (int i = 0; i < count; i++) {
                    Bits.set(bits.memoryAddress(), i, RawMemory.getByte(source.memoryAddress() + i) != 0);
                }
                values.loadFieldBuffers(node, List.of(validity, bits));
            }
        }

        private void fillStrings(VarCharVector column, String[] values) {
            column.allocateNew(rows);
            for (int row = 0; row < rows; row++) {
                column.setSafe(row, values[row].getBytes(StandardCharsets.UTF_8));
            }
            column.setValueCount(rows);
        }

        @Override
        public void close() {
            data.close();
        }
    }
}
