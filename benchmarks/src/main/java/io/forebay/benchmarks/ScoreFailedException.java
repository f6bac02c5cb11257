// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/** A contender that could not load or run a network, with both named. */
final class ScoreFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ScoreFailedException(String contender, ScoreRequest request, Throwable cause) {
        super(
                "scoring failed: contender=" + contender + ", network=" + request.network() + ", models="
                        + request.models() + ", data=" + request.data(),
                cause);
    }
}
