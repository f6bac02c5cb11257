// SPDX-License-Identifier: Apache-2.0
package io.forebay.inference.internal;

import io.forebay.ForebayException;
import io.forebay.ForebayException.Kind;
import org.apache.arrow.memory.OutOfMemoryException;

/** What ends a run, as a failure of ours. */
final class RunFailures {
    private RunFailures() {}

    static ForebayException typed(Throwable failure) {
        if (failure instanceof ForebayException own) {
            return own;
        }
        return failure instanceof OutOfMemoryException
                ? new ForebayException(Kind.LIMIT, "a run must fit the memory budget: " + failure.getMessage(), failure)
                : new ForebayException(Kind.IO, "the run failed: " + failure, failure);
    }
}
