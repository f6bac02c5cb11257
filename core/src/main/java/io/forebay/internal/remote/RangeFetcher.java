// SPDX-License-Identifier: Apache-2.0
package io.forebay.internal.remote;

import io.forebay.spi.StorageObject;
import java.util.concurrent.CompletableFuture;

/** What a store does for one attempt at a range. Thread-safe. */
public interface RangeFetcher {
    /**
     * Asks for the bytes of {@code object} from {@code offset} on, as many as {@code target} is missing, and puts there
     * what comes. Returns at once.
     *
     * @return completes when no more bytes come, even if some are missing still; with a {@link RemoteFailure} when
     *     another attempt may succeed, with a {@code ForebayException} when none can. Cancelling it ends the attempt
     */
    CompletableFuture<Void> fetch(StorageObject object, long offset, RangeTarget target);
}
