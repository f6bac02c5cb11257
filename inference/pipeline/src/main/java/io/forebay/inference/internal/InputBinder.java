// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import io.forebay.Place;
import io.forebay.TensorSpec;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.Nulls;
import io.forebay.inference.Tensor;
import io.forebay.internal.memory.NioViews;
import io.forebay.internal.memory.RawMemory;
import java.nio.ByteBuffer;
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
    private final BufferAllocator allocator;
    private final StringCache strings = new StringCache();
    private String[] stringValues = new String[0];
    private @Nullable ArrowBuf staging;
    private long copiedBytes;

    InputBinder(InputPlan plan, Nulls nulls, BufferAllocator allocator) {
        this.plan = plan;
        this.nulls = nulls;
        this.allocator = allocator;
    }

    /** Bytes that did not go into the last tensor without a copy. */
    long copiedBytes() {
        return copiedBytes;
    }

    /** The input for a batch; valid until the next call and as long as the batch is open. */
    Tensor bind(Batch batch) {
        copiedBytes = 0;
        List<FieldVector> columns = plan.columns().stream().map(batch::column).toList();
        if (!plan.mask() && nulls.policy() == Nulls.Policy.FAIL) {
            columns.forEach(column -> requireNoNulls(column, batch));
        }
        TensorSpec spec = plan.spec();
        if (spec.element() == Element.STRING) {
            return new Tensor(spec, shape(batch, columns.size()), null, bindStrings(columns, batch.rows()));
        }
        if (plan.mask()) {
            return new Tensor(spec, shape(batch, 1), copyMask(columns.get(0), batch.rows()), null);
        }
        FieldVector values = columns.get(0);
        long perRow = columns.size();
        if (columns.size() == 1 && values instanceof FixedSizeListVector list) {
            perRow = list.getListSize();
            values = list.getDataVector();
        }
        ByteBuffer view = columns.size() == 1 ? directView(columns.get(0), values, batch.rows() * perRow) : null;
        if (view == null) {
            view = columns.size() == 1
                    ? copyMatrix(List.of(values), Math.toIntExact(batch.rows() * perRow))
                    : copyMatrix(columns, batch.rows());
        }
        return new Tensor(spec, shape(batch, perRow), view, null);
    }

    private Tensor.Shape shape(Batch batch, long perRow) {
        return Tensor.Shape.of(plan.spec(), batch.rows(), perRow);
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
        throw new ForebayException(
                Kind.USAGE,
                "a model's input must not be null, unless told what stands in: input=" + plan.spec(),
                Place.NOWHERE.withColumn(name).withRow(batch.firstRow() + index / perRow),
                null);
    }

    /** The values' own memory, or null where it is not what the model takes. */
    private @Nullable ByteBuffer directView(FieldVector column, FieldVector values, long elements) {
        Element element = plan.spec().element();
        boolean direct = Casts.isSameLayout(values.getField().getType(), element)
                && column.getNullCount() == 0
                && values.getNullCount() == 0;
        return direct ? NioViews.of(values.getDataBuffer(), 0, Math.toIntExact(elements * element.bytes())) : null;
    }

    /** Interleaves columns, block by block. */
    private ByteBuffer copyMatrix(List<FieldVector> columns, int rows) {
        Element element = plan.spec().element();
        long stride = (long) columns.size() * element.bytes();
        ByteBuffer view = stage(stride * rows);
        long base = Objects.requireNonNull(staging).memoryAddress();
        for (int from = 0; from < rows; from += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, rows - from);
            for (int c = 0; c < columns.size(); c++) {
                long to = base + from * stride + (long) c * element.bytes();
                Casts.copy(columns.get(c), from, count, element, to, stride, nulls.fill());
            }
        }
        return view;
    }

    private ByteBuffer copyMask(FieldVector column, int rows) {
        Element element = plan.spec().element();
        ByteBuffer view = stage((long) rows * element.bytes());
        long base = Objects.requireNonNull(staging).memoryAddress();
        for (int row = 0; row < rows; row++) {
            long target = base + (long) row * element.bytes();
            int present = column.isNull(row) ? 0 : 1;
            switch (element) {
                case FLOAT32 -> RawMemory.putFloat(target, present);
                case INT64 -> RawMemory.putLong(target, present);
                case INT32 -> RawMemory.putInt(target, present);
                default -> RawMemory.putByte(target, (byte) present);
            }
        }
        return view;
    }

    private Tensor.Strings bindStrings(List<FieldVector> columns, int rows) {
        int width = columns.size();
        if (stringValues.length != rows * width) {
            stringValues = new String[rows * width]; // the engine wants exactly as many as the shape says
        }
        for (int c = 0; c < width; c++) {
            copiedBytes += strings.read(columns.get(c), rows, stringValues, c, width);
        }
        return new Tensor.Strings(stringValues);
    }

    private ByteBuffer stage(long bytes) {
        ArrowBuf buffer = staging;
        if (buffer == null || buffer.capacity() < bytes) {
            close();
            buffer = allocator.buffer(Math.max(1, bytes));
            staging = buffer;
        }
        copiedBytes += bytes;
        return Objects.requireNonNull(NioViews.of(buffer, 0, Math.toIntExact(bytes)));
    }

    @Override
    public void close() {
        if (staging != null) {
            staging.close();
            staging = null;
        }
    }
}
