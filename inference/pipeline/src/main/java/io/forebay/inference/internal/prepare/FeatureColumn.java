// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.Batch;
import io.forebay.ForebayException;
import io.forebay.Place;
import io.forebay.TensorSpec.Element;
import io.forebay.inference.internal.Staging;
import io.forebay.inference.internal.prepare.FeaturePlan.FeatureStage;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.ipc.message.ArrowFieldNode;
import org.jspecify.annotations.Nullable;

/** The column of a feature, filled anew for each batch, block by block, so that a block stays in the processor's cache. */
final class FeatureColumn implements AutoCloseable {
    private static final int BLOCK_ROWS = 1024;

    private final FeaturePlan plan;
    private final BufferAllocator allocator;
    private final FieldVector vector;
    private final double[] block = new double[BLOCK_ROWS];
    private final Staging staging;

    /** Of which memory the vector has how many rows, none of them null; −1 where some are. */
    private @Nullable ArrowBuf wholeData;

    private int wholeRows = -1;

    FeatureColumn(FeaturePlan plan, BufferAllocator allocator) {
        this.plan = plan;
        this.allocator = allocator;
        this.vector = plan.field().createVector(allocator);
        this.staging = new Staging(allocator);
    }

    FieldVector vector() {
        return vector;
    }

    /** Makes the feature for all rows; returns how many bytes its values have. */
    long fill(Batch batch) {
        FieldVector source = batch.column(plan.column());
        int rows = batch.rows();
        long rowBytes = (long) Math.max(1, plan.width()) * plan.element().bytes();
        if (rows * rowBytes > Integer.MAX_VALUE) {
            throw ForebayException.limit("a feature of one batch must fit 2 GiB, ask for fewer batch rows: feature="
                    + vector.getName() + ", rows=" + rows + ", width=" + plan.width());
        }
        ArrowBuf data = staging.require(rows * rowBytes);
        int nullCount = source.getNullCount();
        boolean nulls = nullCount > 0;
        for (int from = 0; from < rows; from += BLOCK_ROWS) {
            int count = Math.min(BLOCK_ROWS, rows - from);
            plan.load().load(source, nulls, from, count, block);
            apply(source, nulls, from, count);
            put(batch, from, count, data.memoryAddress() + from * rowBytes);
        }
        load(source, rows, plan.filled() ? 0 : nullCount, data);
        return rows * rowBytes;
    }

    private void apply(FieldVector source, boolean nulls, int from, int count) {
        for (int i = 0; i < plan.stages().size(); i++) {
            FeatureStage stage = plan.stages().get(i);
            if (stage.kernel() != null) {
                stage.kernel().apply(block, count);
            } else if (nulls) {
                FeatureKernels.fillNulls(source, from, count, block, stage.fill());
            }
        }
        if (nulls && !plan.filled()) { // so that what stands for nothing is a value of every type
            FeatureKernels.fillNulls(source, from, count, block, 0);
        }
    }

    private void put(Batch batch, int from, int count, long to) {
        Element element = plan.element();
        int outside = -1;
        if (plan.width() > 0) {
            FeatureKernels.putOneHot(block, count, plan.width(), to);
        } else if (element == Element.FLOAT32) {
            FeatureKernels.putFloats(block, count, to);
        } else if (element == Element.FLOAT64) {
            FeatureKernels.putDoubles(block, count, to);
        } else {
            boolean signed = element != Element.UINT8;
            double most = Math.scalb(1.0, 8 * element.bytes() - (signed ? 1 : 0));
            outside = FeatureKernels.putIntegers(block, count, element.bytes(), signed ? -most : 0, most, to);
        }
        if (outside >= 0) {
            throw ForebayException.unsupported("a feature's number must be one of the type that it is cast to: value="
                            + block[outside] + ", type=" + element.label())
                    .at(Place.of("feature " + vector.getName())
                            .withColumn(plan.column())
                            .withRow(batch.firstRow() + from + outside));
        }
    }

    /** Hands the values to the vector, with the nulls of the source that are left; what it has already, it keeps. */
    private void load(FieldVector source, int rows, int nulls, ArrowBuf data) {
        boolean loaded = nulls == 0 && rows == wholeRows && data.equals(wholeData);
        if (!loaded) {
            wholeRows = -1; // also where loading fails half-way
            loadAnew(source, rows, nulls, data);
            wholeRows = nulls == 0 ? rows : -1;
            wholeData = data;
        }
    }

    private void loadAnew(FieldVector source, int rows, int nulls, ArrowBuf data) {
        try (ArrowBuf validity = nulls == 0 ? Staging.ones(allocator, rows) : retained(source.getValidityBuffer())) {
            ArrowFieldNode node = new ArrowFieldNode(rows, nulls);
            if (vector instanceof FixedSizeListVector list) {
                list.loadFieldBuffers(node, List.of(validity));
                int count = rows * plan.width();
                try (ArrowBuf places = Staging.ones(allocator, count)) {
                    ArrowFieldNode children = new ArrowFieldNode(count, 0);
                    list.getDataVector().loadFieldBuffers(children, List.of(places, data));
                }
            } else {
                vector.loadFieldBuffers(node, List.of(validity, data));
            }
        }
    }

    private static ArrowBuf retained(ArrowBuf buffer) {
        buffer.getReferenceManager().retain();
        return buffer;
    }

    @Override
    public void close() {
        vector.clear();
        staging.close();
    }
}
