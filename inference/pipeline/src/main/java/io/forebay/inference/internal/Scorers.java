// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.inference.EngineSession;
import io.forebay.inference.ModelOptions;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/** The scorers of a run or a service, one for each model run in flight on each device, and their memory. Its owner closes it. */
final class Scorers implements AutoCloseable {
    private final List<Scorer> all = new ArrayList<>();
    private final BufferAllocator allocator;

    /**
     * Makes them.
     *
     * @param sessions of one model, one on each of its devices
     * @param parent from which a child is taken
     */
    Scorers(
            ScorePlan plan,
            List<EngineSession> sessions,
            ModelOptions options,
            BufferAllocator parent,
            RunMeter meter) {
        this.allocator = parent.newChildAllocator("run", 0, parent.getLimit());
        try {
            for (int i = 0; i < options.concurrency(); i++) {
                for (EngineSession session : sessions) { // in turns, so that the first batches go to different devices
                    all.add(new Scorer(plan, session, options, allocator, meter));
                }
            }
        } catch (RuntimeException | Error e) { // a runner may need what the device has no more of
            close();
            throw e;
        }
    }

    List<Scorer> all() {
        return all;
    }

    /** Where they take the memory of their tensors from. */
    BufferAllocator allocator() {
        return allocator;
    }

    @Override
    public void close() {
        all.forEach(Scorer::close);
        allocator.close();
    }
}
