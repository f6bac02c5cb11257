// SPDX-License-Identifier: Apache-2.0
package io.forebay.benchmarks;

import java.nio.file.Path;

/** A contender that could not read a file, with both named. */
public final class ScanFailedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    ScanFailedException(String contender, Path data, Throwable cause) {
        super("scan failed: contender=" + contender + ", data=" + data, cause);
    }
}
