// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal.prepare;

import io.forebay.Batch;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;

/** Makes the features of one batch after the other, in memory that is kept. One thread at a time; its owner closes it. */
public final class Preparer implements AutoCloseable {
    private final Map<String, FeatureColumn> features = new LinkedHashMap<>();

    public Preparer(PreparationPlan plan, BufferAllocator allocator) {
        plan.features()
                .forEach(feature -> features.put(feature.field().getName(), new FeatureColumn(feature, allocator)));
    }

    /** Makes the features of {@code batch}; returns how many bytes they have. */
    public long prepare(Batch batch) {
        long bytes = 0;
        for (FeatureColumn feature : features.values()) {
            bytes += feature.fill(batch);
        }
        return bytes;
    }

    /** The feature of this name, or the column of the batch; valid until the next batch is prepared. */
    public FieldVector column(String name, Batch batch) {
        FeatureColumn feature = features.get(name);
        return feature == null ? batch.column(name) : feature.vector();
    }

    @Override
    public void close() {
        features.values().forEach(FeatureColumn::close);
    }
}
