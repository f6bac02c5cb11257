// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.internal.ElementTypes;
import io.forebay.inference.prepare.Outcome;
import io.forebay.inference.prepare.Outcome.Choice;
import io.forebay.internal.memory.RawMemory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** An outcome compiled for the shape and type of its output. Immutable. */
public final class OutcomePlan {
    private static final ArrowType BOOL = ElementTypes.of(Element.BOOL);
    private static final ArrowType INT64 = ElementTypes.of(Element.INT64);
    private static final ArrowType TEXT = ElementTypes.of(Element.STRING);

    private final Outcome outcome;

    /** Numbers of a row. */
    private final int width;

    private final Element element;
    private final boolean scalar;
    private final List<byte[]> labels;
    private final List<Field> fields;

    private OutcomePlan(Outcome outcome, TensorSpec spec) {
        this.outcome = outcome;
        this.width = (int) spec.elementsPerRow();
        this.element = spec.element();
        this.scalar = spec.shape().size() == 1;
        this.labels = outcome.labels().stream()
                .map(label -> label.getBytes(StandardCharsets.UTF_8))
                .toList();
        this.fields = fieldsOf();
    }

    /**
     * Compiles an outcome.
     *
     * @param classes that the model itself names, and that stand for labels where none are given; may be empty
     * @throws ForebayException of kind {@code usage} for an output, a choice and labels that do not fit one another
     */
    public static OutcomePlan of(Outcome outcome, TensorSpec spec, List<String> classes) {
        boolean unnamed = outcome.labels().isEmpty() && !(outcome.choice() instanceof Choice.Threshold);
        Outcome named = unnamed ? outcome.labels(classes.toArray(String[]::new)) : outcome;
        try {
            requireFits(named, spec);
        } catch (ForebayException e) {
            throw e.at(Place.of("outcome " + outcome.name()));
        }
        return new OutcomePlan(named, spec);
    }

    private static void requireFits(Outcome outcome, TensorSpec spec) {
        boolean floats = spec.element() == Element.FLOAT32 || spec.element() == Element.FLOAT64;
        long width = spec.elementsPerRow();
        if (!floats || !spec.hasFreeRows() || spec.shape().size() > 2 || width < 1 || width > Integer.MAX_VALUE) {
            throw ForebayException.usage(
                    "an outcome must be made from 32-bit or 64-bit floats of shape [rows] or [rows, k]"
                            + " with k known: output=" + spec);
        }
        if (outcome.choice() instanceof Choice.TopK top && top.count() > width) {
            throw ForebayException.usage(
                    "the greatest must not be more than there are: count=" + top.count() + ", output=" + spec);
        }
        if (outcome.softmax() && width == 1) {
            throw ForebayException.usage("softmax must be of more than one number, else it is 1: output=" + spec);
        }
        boolean threshold = outcome.choice() instanceof Choice.Threshold;
        if (!outcome.labels().isEmpty() && outcome.labels().size() != (threshold ? 2 : width)) {
            throw ForebayException.usage(
                    "there must be a label for each of the numbers, or two for a threshold: labels=" + outcome.labels()
                            + ", output=" + spec);
        }
    }

    /** The columns, in order. */
    public List<Field> fields() {
        return fields;
    }

    private List<Field> fieldsOf() {
        ArrowType number = ElementTypes.of(element);
        ArrowType place = labels.isEmpty() ? INT64 : TEXT;
        String name = outcome.name();
        if (outcome.choice() instanceof Choice.Argmax) {
            return List.of(Field.notNullable(name, place));
        }
        if (outcome.choice() instanceof Choice.Threshold) {
            return List.of(
                    scalar
                            ? Field.notNullable(name, labels.isEmpty() ? BOOL : TEXT)
                            : ElementTypes.lists(name, labels.isEmpty() ? BOOL : TEXT, width));
        }
        if (outcome.choice() instanceof Choice.TopK top) {
            return List.of(
                    ElementTypes.lists(name, place, top.count()),
                    ElementTypes.lists(name + "_score", number, top.count()));
        }
        if (!labels.isEmpty()) {
            return outcome.labels().stream()
                    .map(label -> Field.notNullable(name + "_" + label, number))
                    .toList();
        }
        return List.of(scalar ? Field.notNullable(name, number) : ElementTypes.lists(name, number, width));
    }

    /** Appends the columns, which the caller owns, of an output whose numbers lie at {@code data}. */
    public void addColumnsTo(List<FieldVector> columns, long data, int rows, BufferAllocator allocator) {
        List<Cells> cells = new ArrayList<>();
        for (Field field : fields) {
            FieldVector column = field.createVector(allocator);
            columns.add(column);
            cells.add(new Cells(column, rows));
        }
        double[] numbers = new double[width];
        int[] places = outcome.choice() instanceof Choice.TopK top ? new int[top.count()] : new int[1];
        for (int row = 0; row < rows; row++) {
            read(data, row, numbers);
            if (outcome.softmax()) {
                OutcomeKernels.softmax(numbers);
            }
            put(cells, row, numbers, places);
        }
        cells.forEach(Cells::finish);
    }

    private void read(long data, int row, double[] numbers) {
        long at = data + (long) row * width * element.bytes();
        for (int i = 0; i < width; i++) {
            numbers[i] =
                    element == Element.FLOAT32 ? RawMemory.getFloat(at + 4L * i) : RawMemory.getDouble(at + 8L * i);
        }
    }

    private void put(List<Cells> cells, int row, double[] numbers, int[] places) {
        Cells first = cells.get(0);
        if (outcome.choice() instanceof Choice.Argmax) {
            OutcomeKernels.greatest(numbers, places);
            putPlace(first, row, places[0]);
        } else if (outcome.choice() instanceof Choice.Threshold threshold) {
            for (int i = 0; i < width; i++) {
                putTruth(first, row * width + i, !OutcomeKernels.isGreater(least(threshold), numbers[i]));
            }
        } else if (outcome.choice() instanceof Choice.TopK) {
            OutcomeKernels.greatest(numbers, places);
            for (int i = 0; i < places.length; i++) {
                putPlace(first, row * places.length + i, places[i]);
                cells.get(1).putNumber(row * places.length + i, numbers[places[i]]);
            }
        } else if (cells.size() > 1 || !labels.isEmpty()) {
            for (int i = 0; i < width; i++) {
                cells.get(i).putNumber(row, numbers[i]);
            }
        } else {
            for (int i = 0; i < width; i++) {
                first.putNumber(row * width + i, numbers[i]);
            }
        }
    }

    /** The bound as a number of the output's own type, which a score of just that value reaches. */
    private double least(Choice.Threshold threshold) {
        boolean rounded = element == Element.FLOAT32 && !outcome.softmax();
        return rounded ? (float) threshold.least() : threshold.least();
    }

    private void putPlace(Cells cells, int index, int place) {
        if (labels.isEmpty()) {
            cells.putPlace(index, place);
        } else {
            cells.putText(index, labels.get(place));
        }
    }

    private void putTruth(Cells cells, int index, boolean truth) {
        if (labels.isEmpty()) {
            cells.putTruth(index, truth);
        } else {
            cells.putText(index, labels.get(truth ? 1 : 0));
        }
    }

    /** The values of a column, or of its lists. */
    private static final class Cells {
        private final FieldVector column;
        private final FieldVector values;
        private final int rows;
        private final int count;

        Cells(FieldVector column, int rows) {
            this.column = column;
            this.rows = rows;
            if (column instanceof FixedSizeListVector lists) {
                this.values = lists.getDataVector();
                this.count = Math.multiplyExact(rows, lists.getListSize());
                lists.setInitialCapacity(rows);
            } else {
                this.values = column;
                this.count = rows;
                column.setInitialCapacity(rows);
            }
            column.allocateNew();
        }

        void putNumber(int index, double number) {
            if (values instanceof Float4Vector floats) {
                floats.setSafe(index, (float) number);
            } else {
                ((Float8Vector) values).setSafe(index, number);
            }
        }

        void putPlace(int index, int place) {
            ((BigIntVector) values).setSafe(index, place);
        }

        void putTruth(int index, boolean truth) {
            ((BitVector) values).setSafe(index, truth ? 1 : 0);
        }

        void putText(int index, byte[] text) {
            ((VarCharVector) values).setSafe(index, text);
        }

        void finish() {
            if (column instanceof FixedSizeListVector lists) {
                for (int row = 0; row < rows; row++) {
                    lists.setNotNull(row);
                }
            }
            column.setValueCount(rows);
            values.setValueCount(count);
        }
    }
}
