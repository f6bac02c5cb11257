// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;
import java.util.List;

/**
 * A library that reads a Parquet file, called the same way as all the others.
 *
 * <p>A contender decodes on exactly one thread, opens the file anew in every call and keeps nothing between calls. An
 * empty column list means every column of the file, in file order.
 */
public interface ScanContender {

    /** The name given to {@code -p contender=}. */
    String name();

    /** Reads every value of the columns into Arrow vectors (or row objects) and touches all of them. */
    ScanResult scan(Path data, List<String> columns);

    /** Reads the same way as {@link #scan}, and summarises each column in the order asked for. Not for timing. */
    List<ColumnChecksum> checksums(Path data, List<String> columns);
}
