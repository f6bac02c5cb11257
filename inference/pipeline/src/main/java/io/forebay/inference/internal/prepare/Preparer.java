// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.Batch;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Makes the features of one batch after the other, in memory that is kept. One thread at a time; its owner closes it. */
public final class Preparer implements AutoCloseable {
    private final List<FeatureColumn> features = new ArrayList<>();

    public Preparer(PreparationPlan plan, BufferAllocator allocator) {
        plan.features().forEach(feature -> features.add(new FeatureColumn(feature, allocator)));
    }

    /** Makes the features of {@code batch}; returns how many bytes they have. */
    public long prepare(Batch batch) {
        long bytes = 0;
        for (FeatureColumn feature : features) {
            bytes += feature.fill(batch);
        }
        return bytes;
    }

    /** The feature of this name, or the column of the batch; valid until the next batch is prepared. */
    public FieldVector column(String name, Batch batch) {
        for (FeatureColumn feature : features) {
            if (feature.vector().getName().equals(name)) {
                return feature.vector();
            }
        }
        return batch.column(name);
    }

    @Override
    public void close() {
        features.forEach(FeatureColumn::close);
    }
}
