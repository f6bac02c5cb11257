// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.Batch;
import io.forebay.inference.Tensor;
import io.forebay.inference.internal.prepare.PreparationPlan;
import io.forebay.inference.internal.prepare.Preparer;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** Makes the tensors of a {@link TensorPlan}, in memory that is kept. One thread at a time; its owner closes it. */
public final class TensorBinder implements AutoCloseable {
    private final Preparer features;
    private final List<InputBinder> binders;

    TensorBinder(PreparationPlan preparation, List<InputBinder> binders, BufferAllocator allocator) {
        this.features = new Preparer(preparation, allocator);
        this.binders = binders;
    }

    /** The tensors of a batch, in the plan's order; valid until the next call and as long as the batch is open. */
    public List<Tensor> bind(Batch batch) {
        features.prepare(batch);
        List<Tensor> tensors = new ArrayList<>(binders.size());
        for (InputBinder binder : binders) {
            tensors.add(binder.bind(batch, features));
        }
        return tensors;
    }

    @Override
    public void close() {
        binders.forEach(InputBinder::close);
        features.close();
    }
}
