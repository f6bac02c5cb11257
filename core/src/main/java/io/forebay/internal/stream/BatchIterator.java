// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The batches that a stream has yet to deliver. */
public final class BatchIterator implements Iterator<Batch> {
    private final BooleanSupplier hasNext;
    private final Supplier<@Nullable Batch> next;

    public BatchIterator(BooleanSupplier hasNext, Supplier<@Nullable Batch> next) {
        this.hasNext = hasNext;
        this.next = next;
    }

    @Override
    public boolean hasNext() {
        return hasNext.getAsBoolean();
    }

    @Override
    public Batch next() {
        Batch batch = next.get();
        if (batch == null) {
            throw new NoSuchElementException("the stream is at its end");
        }
        return batch;
    }
}
