// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.stream;

import io.forebay.BatchStream;

/** A stream as its context sees it. */
public interface OwnedStream extends BatchStream {
    /** Returns the memory of a closed stream, unless batches still hold some of it; true when it is returned. */
    boolean returnMemory();
}
