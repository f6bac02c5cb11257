// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

/**
 * A way to get the rows of a Parquet file through a network, called the same way as all the others.
 *
 * <p>It loads the network when it is made, and opens the file anew in every call. It may use what threads it wants. Its owner
 * closes it.
 */
interface ScoreContender extends AutoCloseable {

    /** The name given to {@code -p contender=}. */
    String name();

    /** Runs every row through the network, sums up what comes out, and keeps nothing of it. */
    ScoreResult score();

    @Override
    void close();
}
