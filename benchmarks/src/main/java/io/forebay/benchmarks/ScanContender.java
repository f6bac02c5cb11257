// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.util.List;

/**
 * A library that reads a file, called the same way as all the others.
 *
 * <p>A contender decodes on as many threads as it says, one unless its name says otherwise, and opens the file anew in
 * every call. What it keeps between calls is memory that its library recycles. Its owner closes it.
 */
public interface ScanContender extends AutoCloseable {

    /** The name given to {@code -p contender=}. */
    String name();

    /** Reads every value asked for into Arrow vectors (or row objects) and touches all of them. */
    ScanResult scan(ScanRequest request);

    /** Reads the same way as {@link #scan}, and summarises each column in the order asked for. Not for timing. */
    List<ColumnChecksum> checksums(ScanRequest request);

    @Override
    default void close() {}
}
