// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.CopyReason;
import io.forebay.inference.Nans;
import io.forebay.inference.Nulls;
import io.forebay.inference.Tensor;
import io.forebay.inference.internal.prepare.Preparer;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.jspecify.annotations.Nullable;

/**
 * Turns the columns of a batch into one input tensor: a view of the column's own buffer where its layout is the tensor's,
 * a copy into staging memory otherwise. Serves one run at a time; its owner closes it.
 */
final class InputBinder implements AutoCloseable {
    /** Rows copied at a time, so that the rows of a matrix stay in the processor's cache while its columns fill them. */
    private static final int BLOCK_ROWS = 512;

    private final InputPlan plan;
    private final Nulls nulls;
    private final Nans nans;
    private final RunMeter meter;
    private final StringCache strings = new StringCache();
    private String[] stringValues = new String[0];

    /** The columns of the batch, kept as a list so that none is made for each. */
    private final List<FieldVector> columns = new ArrayList<>();

    private final boolean[] nullable;
    private final Staging staging;

    /** The memory of the last tensor, where it is ours. */
    private @Nullable ArrowBuf staged;

    InputBinder(InputPlan plan, Nulls nulls, Nans nans, BufferAllocator allocator, RunMeter meter) {
        this.plan = plan;
        this.nulls = nulls;
        this.nans = nans;
        this.meter = meter;
        this.nullable = new boolean[plan.columns().size()];
        this.staging = new Staging(allocator);
    }

    /** The input for a batch; valid until the next call and as long as the batch is open and its features are. */
    Tensor bind(Batch batch, Preparer features) {
        staged = null;
        columns.clear();
        for (String name : plan.columns()) {
            columns.add(features.column(name, batch));
        }
        if (plan.mask()) {
            return tensor(batch, 1, copyMask(columns.get(0), batch.rows()));
        }
        if (nulls.policy() == Nulls.Policy.FAIL) {
            columns.forEach(column -> requireNoNulls(column, batch));
        }
        if (plan.spec().element() == Element.STRING) {
            Tensor.Shape shape = shape(batch, columns.size());
            return new Tensor(plan.spec(), shape, null, bindStrings(columns, batch.rows()));
        }
        if (columns.size() > 1) {
            int width = width(columns);
            return tensor(batch, width, copyMatrix(columns, width, batch.rows(), CopyReason.MATRIX));
        }
        return columns.get(0) instanceof FixedSizeListVector list
                ? tensor(batch, list.getListSize(), bindList(list, batch.rows()))
                : tensor(batch, 1, bindColumn(columns.get(0), batch.rows()));
    }

    private ByteBuffer bindColumn(FieldVector column, int rows) {
        ByteBuffer view = column.getNullCount() == 0 ? directView(column, rows) : null;
        return view != null ? view : copyMatrix(List.of(column), 1, rows, reason(column));
    }

    private ByteBuffer bindList(FixedSizeListVector list, int rows) {
        FieldVector values = list.getDataVector();
        int elements = Math.multiplyExact(rows, list.getListSize());
        boolean nullRows = list.getNullCount() > 0;
        ByteBuffer view = !nullRows && values.getNullCount() == 0 ? directView(values, elements) : null;
        if (view == null) {
            view = copyMatrix(List.of(values), 1, elements, reason(values));
        }
        for (int element = 0; nullRows && element < elements; element++) {
            if (list.isNull(element / list.getListSize())) {
                putStaged(element, nulls.fill());
            }
        }
        return view;
    }

    private Tensor tensor(Batch batch, long perRow, ByteBuffer data) {
        ByteBuffer numbers = nans.policy() == Nans.Policy.PASS ? data : withoutNans(batch, perRow, data);
        return new Tensor(plan.spec(), shape(batch, perRow), numbers, null);
    }

    private ByteBuffer withoutNans(Batch batch, long perRow, ByteBuffer data) {
        Element element = plan.spec().element();
        int first = NanKernels.first(data, element);
        if (first < 0) {
            return data;
        }
        if (nans.policy() == Nans.Policy.FAIL) {
            throw ForebayException.unsupported("a model's input must be a number: input=" + plan.spec())
                    .at(Place.NOWHERE.withRow(batch.firstRow() + first / perRow));
        }
        ByteBuffer own = data;
        if (staged == null) { // the column's memory is not ours to change
            own = stage(data.limit(), CopyReason.NANS);
            own.duplicate().put(data.duplicate());
        }
        NanKernels.replace(own, element, first, nans.fill());
        return own;
    }

    private Tensor.Shape shape(Batch batch, long perRow) {
        return Tensor.Shape.of(plan.spec(), batch.rows(), perRow / plan.spec().elementsPerRow(1));
    }

    private void requireNoNulls(FieldVector column, Batch batch) {
        requireNoNulls(column, column.getName(), batch, 1);
        if (column instanceof FixedSizeListVector list) {
            requireNoNulls(list.getDataVector(), column.getName(), batch, list.getListSize());
        }
    }

    private void requireNoNulls(FieldVector values, String name, Batch batch, int perRow) {
        if (values.getNullCount() == 0) {
            return;
        }
        int index = 0;
        while (!values.isNull(index)) {
            index++;
        }
        throw ForebayException.unsupported(
                        "a model's input must not be null, unless told what stands in: input=" + plan.spec())
                .at(Place.NOWHERE.withColumn(name).withRow(batch.firstRow() + index / perRow));
    }

    /** The values' own memory, or null where its layout is not what the model takes. */
    private @Nullable ByteBuffer directView(FieldVector values, int elements) {
        Element element = plan.spec().element();
        return Casts.isSameLayout(values.getField().getType(), element)
                ? NioViews.of(values.getDataBuffer(), 0, Math.multiplyExact(elements, element.bytes()))
                : null;
    }

    /** Why values are not read where they lie. */
    private CopyReason reason(FieldVector values) {
        boolean sameLayout =
                Casts.isSameLayout(values.getField().getType(), plan.spec().element());
        return sameLayout ? CopyReason.NULLS : CopyReason.TYPE;
    }

    private static int width(List<FieldVector> columns) {
        int width = 0;
        for (FieldVector column : columns) {
            width += width(column);
        }
        return width;
    }

    private static int width(FieldVector column) {
        return column instanceof FixedSizeListVector list ? list.getListSize() : 1;
    }

    /** Interleaves columns, block by block; {@code width} is how many values they have for a row. */
    private ByteBuffer copyMatrix(List<FieldVector> columns, int width, int rows, CopyReason reason) {
        Element element = plan.spec().element();
        long stride = (long) width * element.bytes();
        ByteBuffer view = stage(stride * rows, reason);
        long base = Objects.requireNonNull(staged).memoryAddress();
        for (int c = 0; c < columns.size(); c++) {
            nullable[c] = hasNulls(columns.get(c));
        }
        for (int from = 0; from < rows; from += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, rows - from);
            long to = base + from * stride;
            for (int c = 0; c < columns.size(); c++) {
                FieldVector column = columns.get(c);
                if (column instanceof FixedSizeListVector list) {
                    copyLists(list, nullable[c], from, count, to, stride);
                } else {
                    Casts.copy(column, nullable[c], from, count, element, to, stride, nulls.fill());
                }
                to += (long) width(column) * element.bytes();
            }
        }
        return view;
    }

    private static boolean hasNulls(FieldVector column) {
        return column.getNullCount() > 0
                || (column instanceof FixedSizeListVector list
                        && list.getDataVector().getNullCount() > 0);
    }

    /** Copies the lists of rows {@code [from, from + count)}; {@code nullable} tells whether some of them, or of their values, are null. */
    private void copyLists(FixedSizeListVector lists, boolean nullable, int from, int count, long to, long stride) {
        FieldVector values = lists.getDataVector();
        Element element = plan.spec().element();
        int width = lists.getListSize();
        boolean asTheyAre = !nullable && Casts.isSameLayout(values.getField().getType(), element);
        for (int row = from; row < from + count; row++) {
            long target = to + (row - from) * stride;
            if (asTheyAre) {
                long bytes = (long) width * element.bytes();
                RawMemory.copy(values.getDataBufferAddress() + row * bytes, target, bytes);
            } else {
                Casts.copy(values, nullable, row * width, width, element, target, element.bytes(), nulls.fill());
            }
            for (int i = 0; nullable && lists.isNull(row) && i < width; i++) {
                Casts.putNumber(target + (long) i * element.bytes(), element, nulls.fill());
            }
        }
    }

    private ByteBuffer copyMask(FieldVector column, int rows) {
        ByteBuffer view = stage((long) rows * plan.spec().element().bytes(), CopyReason.MASK);
        for (int row = 0; row < rows; row++) {
            putStaged(row, column.isNull(row) ? 0 : 1);
        }
        return view;
    }

    private void putStaged(int index, double value) {
        Element element = plan.spec().element();
        long base = Objects.requireNonNull(staged).memoryAddress();
        Casts.putNumber(base + (long) index * element.bytes(), element, value);
    }

    private Tensor.Strings bindStrings(List<FieldVector> columns, int rows) {
        int width = columns.size();
        if (stringValues.length != rows * width) {
            stringValues = new String[rows * width]; // the engine wants exactly as many as the shape says
        }
        for (int c = 0; c < width; c++) {
            meter.copied(CopyReason.STRINGS, strings.read(columns.get(c), rows, stringValues, c, width));
        }
        return new Tensor.Strings(stringValues);
    }

    private ByteBuffer stage(long bytes, CopyReason reason) {
        ArrowBuf buffer = staging.require(bytes);
        meter.copied(reason, bytes);
        staged = buffer;
        return staging.view(Math.toIntExact(bytes));
    }

    @Override
    public void close() {
        staging.close();
    }
}
