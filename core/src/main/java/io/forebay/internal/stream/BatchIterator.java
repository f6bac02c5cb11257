// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.Batch;
import io.forebay.BatchStream;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Iterates over what is left of a stream; a batch that was looked at but not taken stays the iterator's. */
public final class BatchIterator implements Iterator<Batch> {
    private final BatchStream stream;
    private @Nullable Batch ahead;

    public BatchIterator(BatchStream stream) {
        this.stream = stream;
    }

    @Override
    public boolean hasNext() {
        if (ahead == null) {
            ahead = stream.next();
        }
        return ahead != null;
    }

    @Override
    public Batch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the stream is at its end");
        }
        Batch batch = java.util.Objects.requireNonNull(ahead);
        ahead = null;
        return batch;
    }
}
